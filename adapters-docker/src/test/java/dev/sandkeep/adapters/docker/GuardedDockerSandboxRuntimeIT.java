package dev.sandkeep.adapters.docker;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.testkit.contract.SandboxRuntimeContract;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;

/** The same promises with a sidecar for every sandbox. */
final class GuardedDockerSandboxRuntimeIT implements SandboxRuntimeContract {

    private final TestEngine engine = new TestEngine();
    private final SandboxRuntime runtime = engine.runtime(TestEngine.guarded(engine.instance(), TestEngine.ADDRESS));

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
        return engine.runtime(TestEngine.guarded(engine.instance() + "-other", TestEngine.ADDRESS));
    }

    @Override
    public SandboxRuntime runtimeWithoutEngine() {
        return engine.runtime(TestEngine.guarded(engine.instance(), URI.create("unix:///nowhere/docker.sock")));
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
