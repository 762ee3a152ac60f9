package dev.sandkeep.adapters.k8s;

import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.TailPrettyLoggable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the end of what the entry process of a sandbox wrote. The API server asks the node for it, so one that is there
 * may fail to get it, or stop in the middle, because a node is away. Thread-safe.
 */
final class PodLog {

    private static final Logger log = LoggerFactory.getLogger(PodLog.class);

    private final Cluster cluster;
    private final Duration limit;

    /** @param limit how long a read may take in all */
    PodLog(Cluster cluster, Duration limit) {
        this.cluster = cluster;
        this.limit = limit;
    }

    /**
     * Empty if its node has no log of it, for example since it never started, or does not give it in time.
     *
     * @throws RuntimeUnavailable if the API server is away
     */
    Optional<LogExcerpt> find(SandboxId id, LogSelection selection) {
        FutureTask<LogExcerpt> reading = new FutureTask<>(() -> read(id, selection));
        Thread.ofVirtual().name("pod-log").start(reading);
        try {
            return Optional.of(reading.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return withoutLog(id, "its node did not give it within " + limit.toSeconds() + " s");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof KubernetesClientException refused) {
                log.debug("The log of sandbox {} cannot be read: {}", id, KubernetesErrors.text(refused));
                return Optional.empty();
            }
            return withoutLog(id, KubernetesErrors.rootOf(failed));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailable("A log was not waited for", stopped);
        } finally {
            reading.cancel(true);
        }
    }

    private LogExcerpt read(SandboxId id, LogSelection selection) {
        return cluster.call("read a log", client -> {
            ContainerResource container = client.pods()
                    .inNamespace(cluster.namespace())
                    .withName(PodSpecs.nameOf(id))
                    .inContainer(PodSpecs.SANDBOX);
            TailPrettyLoggable since = selection.since() == null
                    ? container.usingTimestamps()
                    : container.usingTimestamps().sinceTime(selection.since().toString());
            try (InputStream lines = since.tailingLines(selection.lines() + 1).getLogInputStream()) {
                return LogTail.read(lines, selection);
            } catch (IOException broken) {
                throw KubernetesErrors.unavailable("read a log", broken);
            }
        });
    }

    /** What failed may be the API server itself, which it tells when it is asked for something that needs no node. */
    private Optional<LogExcerpt> withoutLog(SandboxId id, String why) {
        cluster.ping();
        log.warn("The log of sandbox {} cannot be had: {}", id, why);
        return Optional.empty();
    }
}
