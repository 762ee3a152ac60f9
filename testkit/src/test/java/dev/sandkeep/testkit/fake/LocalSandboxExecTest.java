package dev.sandkeep.testkit.fake;

import static dev.sandkeep.testkit.fixture.Specs.IMAGE;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.testkit.contract.SandboxExecContract;
import dev.sandkeep.testkit.contract.SandboxTerminalContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

class LocalSandboxExecTest implements SandboxExecContract, SandboxTerminalContract {

    private final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    private final LocalSandboxExec exec = new LocalSandboxExec(runtime, Path.of("/"));

    LocalSandboxExecTest() {
        runtime.addImage(IMAGE);
    }

    @AfterEach
    void end() {
        exec.close();
    }

    @Override
    public SandboxExec exec() {
        return exec;
    }

    @Override
    public SandboxRuntime execRuntime() {
        return runtime;
    }
}
