package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one engine, told apart by their instance names only. */
class TwoServersIT {

    private static final String RUN = UUID.randomUUID().toString().substring(0, 8);
    private static final String SLEEPER = """
            {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {},
             "entrypoint": ["sleep", "1000"]}""";

    @TempDir
    Path blueDirectory;

    @TempDir
    Path greenDirectory;

    private EngineProxy proxy;
    private EngineView blueEngine;
    private EngineView greenEngine;
    private ServerProcess blue;
    private ServerProcess green;

    @BeforeEach
    void start() throws IOException {
        proxy = EngineProxy.before(Path.of("/var/run/docker.sock"));
        blueEngine = new EngineView(proxy.url(), "blue-" + RUN);
        greenEngine = new EngineView(proxy.url(), "green-" + RUN);
        blue = new ServerProcess(blueDirectory, "blue-" + RUN, proxy.address()).start();
        green = new ServerProcess(greenDirectory, "green-" + RUN, proxy.address()).start();
    }

    @AfterEach
    void end() throws IOException {
        blue.close();
        green.close();
        blueEngine.close();
        greenEngine.close();
        proxy.close();
    }

    @Test
    void neitherTouchesTheSandboxesOfTheOther() throws IOException {
        String inBlue = blue.create(SLEEPER, "Prefer", "wait=30").id();
        String inGreen = green.create(SLEEPER, "Prefer", "wait=30").id();
        // A start compares everything that is there, and removes what has no record.
        blue.kill();
        blue.start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> blue.get(inBlue).state().equals("Running"));

        assertThat(blue.get(inGreen).status()).isEqualTo(404);
        assertThat(blue.delete(inGreen).status()).isEqualTo(404);
        assertThat(green.get(inGreen).state()).isEqualTo("Running");
        assertThat(blueEngine.containers()).containsExactly("sandkeep-" + inBlue);
        assertThat(greenEngine.containers()).containsExactly("sandkeep-" + inGreen);
    }

    @Test
    void neitherTouchesTheSnapshotsOfTheOther() throws IOException {
        String sandbox = blue.create(SLEEPER, "Prefer", "wait=30").id();
        String path = "/v1/snapshots/"
                + blue.send("POST", "/v1/sandboxes/" + sandbox + "/snapshots", null, Map.of())
                        .id();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> blue.send("GET", path, null, Map.of()).state().equals("Ready"));
        String id = path.substring(path.lastIndexOf('/') + 1);
        // A start compares everything that is there, takes over what has no record, and removes what nobody wants.
        green.kill();
        green.start();
        String inGreen = green.create(SLEEPER, "Prefer", "wait=30").id();
        assertThat(green.get(inGreen).state()).isEqualTo("Running");

        assertThat(green.send("GET", path, null, Map.of()).status()).isEqualTo(404);
        assertThat(green.send("DELETE", path, null, Map.of()).status()).isEqualTo(404);
        assertThat(green.create("""
                        {"snapshotId": "%s", "timeout": 600, "resourceLimits": {}}""".formatted(id)).status()).isEqualTo(404);
        assertThat(greenEngine.images()).isEmpty();
        assertThat(blueEngine.images()).hasSize(1);
        assertThat(blue.send("GET", path, null, Map.of()).state()).isEqualTo("Ready");
    }

    @Test
    void aSecondServerOnTheSameDataDirectoryDoesNotStart() throws IOException, InterruptedException {
        Process second = blue.anotherProcess(blueDirectory.resolve("second.log"));

        assertThat(second.waitFor()).isEqualTo(2);
        assertThat(Files.readString(blueDirectory.resolve("second.log")))
                .contains("Another server uses the data directory");
        assertThat(blue.get("unknown").status()).isEqualTo(404);
    }
}
