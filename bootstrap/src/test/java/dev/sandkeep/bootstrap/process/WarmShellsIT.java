package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shells that wait for commands in sandboxes, seen from the engine. */
class WarmShellsIT {

    private static final String BUSYBOX = "sandkeep-test/busybox:1";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final String instance = "warm-" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir
    Path directory;

    private EngineProxy proxy;
    private EngineView engine;
    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        proxy = EngineProxy.before(Path.of("/var/run/docker.sock"));
        engine = new EngineView(proxy.url(), instance);
        server = new ServerProcess(directory, instance, proxy.address());
    }

    @AfterEach
    void end() throws IOException {
        server.close();
        engine.close();
        proxy.close();
    }

    private SandboxCommands running(String image) {
        return SandboxCommands.inNewSandbox(server, engine, image);
    }

    /** What shells there are in the sandbox, as it numbers them; the one that asks is among them. */
    private static List<String> shellsSeenFromInside(SandboxCommands commands) {
        return commands.run("for p in /proc/[0-9]*; do c=$(tr '\\0' ' ' <$p/cmdline 2>/dev/null);"
                        + " [ \"$c\" = 'sh ' ] && echo ${p#/proc/}; done; true")
                .output();
    }

    @ParameterizedTest
    @ValueSource(strings = {BUSYBOX, "python:3.11"})
    void aShellThatWaitedDoesOneCommandAndNothingOfItIsThereForTheNext(String image) throws IOException {
        server.start();
        SandboxCommands commands = running(image);
        assertThat(commands.waitingShells()).as("of a sandbox that is not used").isEmpty();
        String tell = "echo \"$A ${B-}\"; pwd; umask; type f >/dev/null 2>&1; echo $?; ls /proc/self/fd | wc -l; trap;"
                + " ulimit -n; id -u; env | sort | grep -v '^_=\\|^SHLVL='";
        List<String> first = commands.run(tell).output();
        commands.awaitWaitingShells(2);
        List<String> before = shellsSeenFromInside(commands);
        commands.awaitWaitingShells(2);

        String wrapper = commands.run("echo $PPID; A=1; export B=2; cd /tmp; umask 0123; f() { :; }; exec 9</dev/null;"
                        + " ulimit -n 99; trap 'echo bye' TERM; alias ls=false")
                .output()
                .getFirst();

        assertThat(before).contains(wrapper);
        for (int i = 0; i < 4; i++) {
            commands.awaitWaitingShells(2);
            assertThat(commands.run(tell).output()).isEqualTo(first);
        }
        commands.awaitWaitingShells(2);
        assertThat(shellsSeenFromInside(commands)).doesNotContain(wrapper);
    }

    @Test
    void theyEndWhenNothingIsDone() throws IOException {
        server.with("SANDKEEP_EXEC_WARM_IDLE_SECONDS", "1").start();
        SandboxCommands commands = running(BUSYBOX);
        commands.run("true");

        await().atMost(SOON).until(() -> !commands.waitingShells().isEmpty());
        commands.awaitWaitingShells(0);

        assertThat(commands.processes("(/dev/init|/sbin/docker-init).*|sleep 3600"))
                .hasSizeGreaterThanOrEqualTo(1);
        assertThat(commands.processes(".*")).hasSizeLessThanOrEqualTo(2);
        assertThat(commands.run("echo again").output()).containsExactly("again");
    }

    @Test
    void oneThatIsKilledOrDoesNotAnswerIsReplacedAndTheCommandIsRunOnce() throws IOException {
        server.start();
        SandboxCommands commands = running(BUSYBOX);
        commands.run("true");
        commands.awaitWaitingShells(2);
        List<ProcessHandle> waiting = commands.waitingShells();
        waiting.forEach(ProcessHandle::destroyForcibly);
        await().atMost(SOON).until(() -> waiting.stream().noneMatch(ProcessHandle::isAlive));

        assertThat(commands.run("echo run >>/tmp/runs; echo done").output()).containsExactly("done");

        assertThat(commands.run("cat /tmp/runs").output()).containsExactly("run");
    }

    @Test
    void theyAreGoneInASandboxThatIsPausedAndAreThereAgainAfterwards() throws IOException {
        server.start();
        SandboxCommands commands = running(BUSYBOX);
        commands.run("true");
        commands.awaitWaitingShells(2);

        assertThat(server.send("POST", "/v1/sandboxes/" + commands.sandbox() + "/pause", "", Map.of())
                        .status())
                .isEqualTo(202);
        await().atMost(SOON).until(() -> server.get(commands.sandbox()).state().equals("Paused"));
        assertThat(commands.post("/command", Map.of("command", "true")).statusCode())
                .isEqualTo(503);
        assertThat(server.send("POST", "/v1/sandboxes/" + commands.sandbox() + "/resume", "", Map.of())
                        .status())
                .isEqualTo(202);
        await().atMost(SOON).until(() -> server.get(commands.sandbox()).state().equals("Running"));

        // Those from before had the end of their input, and end as soon as they can.
        commands.awaitWaitingShells(0);
        assertThat(commands.run("echo resumed").output()).containsExactly("resumed");
        commands.awaitWaitingShells(2);
    }

    @Test
    void theyEndWithTheServerHoweverThatEnds() throws IOException {
        server.start();
        SandboxCommands commands = running(BUSYBOX);
        commands.run("true");
        commands.awaitWaitingShells(2);

        server.kill();
        commands.awaitWaitingShells(0);

        server.start();
        commands.run("true");
        commands.awaitWaitingShells(2);
        assertThat(server.stop()).isEqualTo(143);
        commands.awaitWaitingShells(0);
    }

    @Test
    void withNoneNothingWaits() throws IOException {
        server.with("SANDKEEP_EXEC_WARM_SHELLS", "0").start();
        SandboxCommands commands = running(BUSYBOX);

        for (int i = 0; i < 3; i++) {
            assertThat(commands.run("echo hello").output()).containsExactly("hello");
            assertThat(commands.waitingShells()).isEmpty();
        }
    }
}
