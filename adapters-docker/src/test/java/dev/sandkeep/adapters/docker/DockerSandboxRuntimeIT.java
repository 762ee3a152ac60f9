package dev.sandkeep.adapters.docker;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.testkit.contract.SandboxRuntimeContract;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

final class DockerSandboxRuntimeIT implements SandboxRuntimeContract {

    private final TestEngine engine = new TestEngine();
    private final SandboxRuntime runtime = engine.runtime();

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        engine.close();
    }

    @Override
    public SandboxRuntime runtime() {
        return runtime;
    }

    @Override
    public SandboxRuntime runtimeOfAnotherInstance() {
        return engine.runtime(TestEngine.config(engine.instance() + "-other", TestEngine.ADDRESS, List.of()));
    }

    @Override
    public SandboxRuntime runtimeWithoutEngine() {
        return engine.runtime(
                TestEngine.config(engine.instance(), URI.create("unix:///nowhere/docker.sock"), List.of()));
    }

    /** The port discard, on which no registry listens. */
    @Override
    public ImageRef imageThatDoesNotExist() {
        return ImageRef.parse("localhost:9/no/such:image");
    }

    @Override
    public String aVolumeName() {
        return engine.instance() + "-volume";
    }

    @Override
    public boolean volumeExists(String claimName) {
        return engine.hasVolume(claimName);
    }
}
