package dev.sandkeep.adapters.docker;

import dev.sandkeep.testkit.fixture.PodmanEngine;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same promises on Podman, along the API of Docker's that it speaks. */
@ExtendWith(PodmanEngine.class)
final class PodmanSandboxRuntimeIT extends DockerSandboxRuntimeIT {

    @Override
    TestEngine engine() {
        return new TestEngine(PodmanEngine.address());
    }
}
