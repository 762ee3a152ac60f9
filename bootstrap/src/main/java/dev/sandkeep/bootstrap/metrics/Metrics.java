package dev.sandkeep.bootstrap.metrics;

import dev.sandkeep.adapters.http.RequestObserver;
import dev.sandkeep.domain.sandbox.Sandbox;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * The meters of one server. Every label has a small, fixed set of values: never an id, a path, an image or anything else
 * that a client chooses, since each new value costs memory here and in Prometheus for ever. Thread-safe.
 */
public final class Metrics implements RequestObserver, AutoCloseable {

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final Duration[] REQUEST_BUCKETS = millis(5, 25, 100, 500, 2_500, 10_000, 60_000);
    private static final Duration[] CALL_BUCKETS = millis(5, 25, 100, 500, 2_500, 10_000, 60_000);
    private static final Duration[] PHASE_BUCKETS =
            millis(10, 50, 100, 250, 500, 1_000, 2_500, 10_000, 60_000, 600_000);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** Everything, in the text format of Prometheus 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void answered(Answered request) {
        Timer.builder("sandkeep.http.requests")
                .description("Requests that were answered, from their first byte to the last of the answer")
                .tag("method", METHODS.contains(request.method()) ? request.method() : "other")
                .tag("route", request.route())
                .tag("status", Integer.toString(request.status()))
                .serviceLevelObjectives(REQUEST_BUCKETS)
                .register(registry)
                .record(request.took());
        if (request.proxied()) {
            proxied("in", request.received());
            proxied("out", request.sent());
        }
    }

    private void proxied(String direction, long bytes) {
        Counter.builder("sandkeep.proxy.body")
                .description("Bytes of bodies that went into sandboxes and came out of them, WebSockets left aside")
                .baseUnit("bytes")
                .tag("direction", direction)
                .register(registry)
                .increment((double) bytes);
    }

    /** A call of the container runtime ended. */
    void called(String call, String outcome, Duration took) {
        Timer.builder("sandkeep.runtime.calls")
                .description("Calls of the container runtime, by how they ended")
                .tag("call", call)
                .tag("outcome", outcome)
                .serviceLevelObjectives(CALL_BUCKETS)
                .register(registry)
                .record(took);
    }

    /** A sandbox passed a phase of its provisioning. */
    public void passed(String phase, Duration took) {
        Timer.builder("sandkeep.provisioning.phases")
                .description("Phases of provisioning that succeeded, waiting for a turn included")
                .tag("phase", phase)
                .serviceLevelObjectives(PHASE_BUCKETS)
                .register(registry)
                .record(took);
    }

    /** A sandbox entered its state. */
    public void entered(Sandbox sandbox) {
        Counter.builder("sandkeep.sandbox.transitions")
                .description("States that sandboxes entered, and why")
                .tag("state", sandbox.state().kind().word())
                .tag("reason", sandbox.state().reason().word())
                .register(registry)
                .increment();
    }

    /** Something that is looked at whenever the metrics are read; must answer at once. */
    public void gauge(String name, String description, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).description(description).register(registry);
    }

    /** The same, for one value of a label. */
    public void gauge(String name, String description, String label, String labelValue, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble)
                .description(description)
                .tag(label, labelValue)
                .register(registry);
    }

    /** Something that somebody else counts, for one value of a label. */
    public void counter(String name, String description, String label, String labelValue, DoubleSupplier value) {
        FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
                .description(description)
                .tag(label, labelValue)
                .register(registry);
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private static Duration[] millis(long... millis) {
        return java.util.Arrays.stream(millis).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }
}
