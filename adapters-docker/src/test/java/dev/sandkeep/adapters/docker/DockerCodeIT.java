package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.exec.CodeLanguage;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.testkit.contract.CodeContract;
import dev.sandkeep.testkit.fixture.CodeRunner;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DockerCodeIT implements CodeContract {

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

    @Test
    void anImageWithoutTheInterpreterIsRefusedAtOnce() {
        Sandbox sandbox = aSandbox(aSpec());
        runtime.launch(sandbox);
        try (CodeRunner code = new CodeRunner(runtime.exec(), sandbox)) {
            assertThatThrownBy(() -> code.create(CodeLanguage.PYTHON))
                    .isInstanceOf(ExecException.NotStarted.class)
                    .hasMessageContaining("python3");
            assertThat(code.list()).isEmpty();
        }
    }
}
