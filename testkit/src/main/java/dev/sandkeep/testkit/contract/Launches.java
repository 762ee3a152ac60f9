package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;

/** What the contracts of a runtime begin with. */
final class Launches {

    private Launches() {}

    /** A sandbox that the runtime was told to launch. */
    static Sandbox launched(SandboxRuntime runtime, Specs spec) {
        Sandbox sandbox = aSandbox(spec);
        runtime.launch(sandbox);
        return sandbox;
    }

    /** How its entry process ended, after waiting for that. */
    static Exit exitOf(SandboxRuntime runtime, Sandbox sandbox) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Exited.class));
        return ((Observation.Exited) runtime.observe(sandbox.id())).exit();
    }
}
