package dev.sandkeep.adapters.docker;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.testkit.contract.SandboxExecContract;
import dev.sandkeep.testkit.contract.SandboxTerminalContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;

class DockerSandboxExecIT implements SandboxExecContract, SandboxTerminalContract {

    private final TestEngine engine = new TestEngine();
    private final DockerSandboxRuntime runtime = engine.runtime();

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        engine.close();
    }

    @Override
    public SandboxExec exec() {
        return runtime.exec();
    }

    @Override
    public SandboxRuntime execRuntime() {
        return runtime;
    }
}
