package dev.sandkeep.adapters.docker;

import java.net.URI;

/** The same promises with a sidecar for every sandbox. */
final class GuardedDockerSandboxRuntimeIT extends DockerSandboxRuntimeIT {

    @Override
    DockerConfig config(String instance, URI address) {
        return TestEngine.guarded(instance, address);
    }
}
