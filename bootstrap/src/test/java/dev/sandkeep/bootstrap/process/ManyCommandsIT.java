package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.testkit.contract.Concurrently;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many commands at a time: all end, each with its own exit code, and nothing of them stays in the server.
 * {@code EXEC_SANDBOXES} in the environment says in how many sandboxes.
 */
class ManyCommandsIT {

    private static final String BUSYBOX = "sandkeep-test/busybox:1";
    private static final Path ENGINE = Path.of("/var/run/docker.sock");
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int AT_A_TIME = 100;
    private static final int IN_EACH = 4;
    private static final int SANDBOXES = Integer.parseInt(System.getenv().getOrDefault("EXEC_SANDBOXES", "10"));
    /** The heap of the server has 128 MiB. */
    private static final long MOST_MEBIBYTES = 320;
    /** What the server keeps for the next calls of the engine, and what it follows events with. */
    private static final int KEPT_CONNECTIONS = 64 + 8;

    private final String instance = "many-" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir
    Path directory;

    private EngineProxy proxy;
    private EngineView engine;
    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        proxy = EngineProxy.before(ENGINE);
        engine = new EngineView(proxy.url(), instance);
        server = new ServerProcess(directory, instance, "unix://" + ENGINE)
                .with("SANDKEEP_EXEC_MAX_PER_SANDBOX", Integer.toString(AT_A_TIME))
                .with("SANDKEEP_EXEC_WARM_IDLE_SECONDS", "1")
                .start();
    }

    @AfterEach
    void end() throws IOException {
        server.close();
        engine.close();
        proxy.close();
    }

    @Test
    void aHundredInOneSandboxAllEndAndOneMoreIsRefused() throws Exception {
        SandboxCommands commands = SandboxCommands.inNewSandbox(server, engine, BUSYBOX);

        hundred(commands);
        hundred(commands);

        assertNothingIsKept();
        commands.awaitWaitingShells(0);
        assertThat(commands.processes(".*")).hasSizeLessThanOrEqualTo(2);
        assertThat(commands.run("echo still").output()).containsExactly("still");
    }

    /** All of them are there before the first one may end. */
    private void hundred(SandboxCommands commands) throws Exception {
        commands.run("rm -f /tmp/go; mkfifo /tmp/go");
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<SandboxCommands.Result>> all = new ArrayList<>();
            for (int i = 0; i < AT_A_TIME; i++) {
                String command = "echo begin " + i + "; read x </tmp/go; echo end " + i + "; exit " + i;
                all.add(clients.submit(() -> commands.run(command)));
            }
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> commands.processes("sh -c -- echo begin .*").size() == AT_A_TIME);
            assertThat(commands.post("/command", Map.of("command", "true")).statusCode())
                    .isEqualTo(429);

            commands.behindTheServersBack("exec 3>/tmp/go; sleep 3");

            for (int i = 0; i < AT_A_TIME; i++) {
                SandboxCommands.Result result = all.get(i).get();
                assertThat(result.exitCode()).isEqualTo(i);
                assertThat(result.output()).containsExactly("begin " + i, "end " + i);
            }
        }
    }

    @Test
    void aFewInEachOfManySandboxesAllEnd() {
        List<SandboxCommands> sandboxes = new ArrayList<>();
        for (int i = 0; i < SANDBOXES; i++) {
            sandboxes.add(SandboxCommands.inNewSandbox(server, engine, BUSYBOX));
        }

        everywhere(sandboxes);
        everywhere(sandboxes);

        assertNothingIsKept();
    }

    private static void everywhere(List<SandboxCommands> sandboxes) {
        List<Integer> codes = Concurrently.run(sandboxes.size() * IN_EACH, n -> () -> {
            SandboxCommands.Result result = sandboxes.get(n / IN_EACH).run("echo " + n + "; sleep 1; exit " + n % 100);
            assertThat(result.output()).containsExactly(Integer.toString(n));
            assertThat(result.exitCode()).isEqualTo(n % 100);
            return n;
        });
        assertThat(codes).hasSize(sandboxes.size() * IN_EACH).doesNotHaveDuplicates();
    }

    /** Each command had a connection of its own to the engine. */
    private void assertNothingIsKept() {
        await("the connections to the engine are closed")
                .atMost(SOON)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(
                        () -> assertThat(server.resources().unixSockets()).isLessThanOrEqualTo(KEPT_CONNECTIONS));
        assertThat(server.resources().residentMebibytes()).isLessThan(MOST_MEBIBYTES);
    }
}
