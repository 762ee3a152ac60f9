package dev.sandkeep.bootstrap.process;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The public SDKs for JavaScript and Python, the code interpreter, the command line and the MCP server that are made
 * of the latter, drive the
 * server as their registries have them; see {@link KotlinSdkIT}.
 */
class SdkIT {

    @TempDir
    static Path directory;

    private static GuardedServer guarded;

    @BeforeAll
    static void start() throws IOException {
        guarded = new GuardedServer(directory);
    }

    @AfterAll
    static void end() {
        guarded.close();
    }

    @Test
    void theJavaScriptSdkDrivesTheServer() {
        SdkPrograms.javascript(guarded.server(), "lifecycle");
    }

    @Test
    void thePythonSdkDrivesTheServer() {
        SdkPrograms.python(guarded.server(), "lifecycle");
    }

    @Test
    void theJavaScriptSdkWorksInSandboxes() {
        SdkPrograms.javascript(guarded.server(), "execution");
    }

    @Test
    void thePythonSdkWorksInSandboxes() {
        SdkPrograms.python(guarded.server(), "execution");
    }

    @Test
    void thePythonCodeInterpreterSdkRunsCode() {
        SdkPrograms.python(guarded.server(), "code");
    }

    @Test
    void theCommandLineDrivesTheServer() {
        SdkPrograms.python(guarded.server(), "cli");
    }

    @Test
    void theMcpServerDrivesTheServer() {
        SdkPrograms.python(guarded.server(), "mcp");
    }
}
