package dev.sandkeep.adapters.docker;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.testkit.contract.SandboxRuntimeContract;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class DockerSandboxRuntimeIT implements SandboxRuntimeContract {

    private final TestEngine engine = engine();
    private final SandboxRuntime runtime = engine.runtime(config(engine.instance(), engine.address()));

    /** Called while the test is being made, so it must not look at any field. */
    TestEngine engine() {
        return new TestEngine();
    }

    /** The same. */
    DockerConfig config(String instance, URI address) {
        return TestEngine.config(instance, address, List.of());
    }

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
        return engine.runtime(config(engine.instance() + "-other", engine.address()));
    }

    @Override
    public SandboxRuntime runtimeWithoutEngine() {
        return engine.runtime(config(engine.instance(), URI.create("unix:///nowhere/docker.sock")));
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
