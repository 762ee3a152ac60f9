package dev.sandkeep.adapters.docker;

import dev.sandkeep.testkit.fixture.PodmanEngine;
import java.net.URI;
import org.junit.jupiter.api.extension.ExtendWith;

/** On Podman, with a sidecar for every sandbox. */
@ExtendWith(PodmanEngine.class)
final class GuardedPodmanSandboxRuntimeIT extends DockerSandboxRuntimeIT {

    @Override
    TestEngine engine() {
        return new TestEngine(PodmanEngine.address());
    }

    @Override
    DockerConfig config(String instance, URI address) {
        return TestEngine.guarded(instance, address);
    }
}
