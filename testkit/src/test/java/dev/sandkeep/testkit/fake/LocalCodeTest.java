package dev.sandkeep.testkit.fake;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.testkit.contract.CodeContract;
import dev.sandkeep.testkit.fixture.Specs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** With the interpreters of this machine. */
class LocalCodeTest implements CodeContract {

    private final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    private final LocalSandboxExec exec = new LocalSandboxExec(runtime, Path.of("/"));

    LocalCodeTest() {
        runtime.addImage(Specs.IMAGE);
        runtime.addImage(ImageRef.parse("python:3.11"));
    }

    @BeforeEach
    void requirePython() {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "python3"))),
                "there is no python3 here");
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
