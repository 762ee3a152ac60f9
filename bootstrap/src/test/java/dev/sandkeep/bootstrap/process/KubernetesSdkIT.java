package dev.sandkeep.bootstrap.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The public SDK for Python drives a server whose sandboxes are Pods, by the programs of {@link SdkIT}. */
class KubernetesSdkIT {

    @TempDir
    static Path directory;

    private static ClusterView cluster;
    private static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        cluster = ClusterView.assumed();
        // The program gives files to another user, which root in a sandbox may only do if the operator lets it.
        server = cluster.server(directory)
                .with("SANDKEEP_KUBERNETES_CAPABILITIES", "CHOWN,FOWNER,DAC_OVERRIDE")
                .start();
        await("the server is ready").atMost(Duration.ofSeconds(90)).until(() -> server.readiness() == 200);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void thePythonSdkDrivesTheServer() {
        SdkPrograms.python(server, "lifecycle");
    }

    @Test
    void thePythonSdkWorksInSandboxes() {
        SdkPrograms.python(server, "execution");
    }
}
