package dev.sandkeep.bootstrap.metrics;

import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MeteredSandboxRuntimeTest {

    static final List<Method> METHODS = Arrays.asList(SandboxRuntime.class.getMethods());

    private final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    private final Metrics metrics = new Metrics();
    private final SandboxRuntime metered = new MeteredSandboxRuntime(runtime, metrics);

    @AfterEach
    void close() {
        metrics.close();
    }

    /** One that it inherits would not reach the runtime behind it. */
    @ParameterizedTest
    @FieldSource("METHODS")
    void everyMethodOfThePortIsPassedOn(Method method) throws NoSuchMethodException {
        assertThat(MeteredSandboxRuntime.class
                        .getMethod(method.getName(), method.getParameterTypes())
                        .getDeclaringClass())
                .isEqualTo(MeteredSandboxRuntime.class);
    }

    @Test
    void aCallIsCountedByHowItEnded() {
        ImageRef refused = ImageRef.parse("registry.example.com/no/such:image");
        runtime.refusePull(refused, "manifest unknown");
        metered.hasImage(Specs.IMAGE, null);
        assertThatThrownBy(() -> metered.pullImage(anId(), refused, null, null, _ -> {}))
                .isInstanceOf(SandboxException.LaunchFailed.class);
        runtime.goAway();
        assertThatThrownBy(() -> metered.remove(Sandboxes.anId()))
                .isInstanceOf(SandboxException.RuntimeUnavailable.class);

        assertThat(metrics.scrape())
                .contains("sandkeep_runtime_calls_seconds_count{call=\"has_image\",outcome=\"ok\"} 1")
                .contains("sandkeep_runtime_calls_seconds_count{call=\"pull_image\",outcome=\"refused\"} 1")
                .contains("sandkeep_runtime_calls_seconds_count{call=\"remove\",outcome=\"unavailable\"} 1");
    }

    @Test
    void aPhaseIsMeasuredOnlyWhenItSucceeded() {
        ImageRef refused = ImageRef.parse("registry.example.com/no/such:image");
        runtime.refusePull(refused, "manifest unknown");
        metered.pullImage(anId(), Specs.IMAGE, null, null, _ -> {});
        assertThatThrownBy(() -> metered.pullImage(anId(), refused, null, null, _ -> {}))
                .isInstanceOf(SandboxException.LaunchFailed.class);

        assertThat(metrics.scrape()).contains("sandkeep_provisioning_phases_seconds_count{phase=\"pull\"} 1");
    }
}
