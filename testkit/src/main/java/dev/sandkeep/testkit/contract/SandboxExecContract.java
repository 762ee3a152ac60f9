package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SandboxExec} promises. An implementation gives each test a runtime of its own whose sandboxes have a
 * shell with {@code head}, {@code cat}, {@code id} and {@code sleep}, and removes afterwards what the test left.
 */
public interface SandboxExecContract {

    Duration LONG = Duration.ofSeconds(60);

    /** What is under test. */
    SandboxExec exec();

    /** The runtime whose sandboxes it works in. */
    SandboxRuntime execRuntime();

    /** All that a program wrote, and how it ended. */
    @SuppressWarnings("ArrayRecordComponent")
    record Whole(byte[] stdout, byte[] stderr, int exitCode) {
        String out() {
            return new String(stdout, StandardCharsets.UTF_8);
        }

        String err() {
            return new String(stderr, StandardCharsets.UTF_8);
        }
    }

    private SandboxId running() {
        Sandbox sandbox = aSandbox(aSpec());
        execRuntime().launch(sandbox);
        return sandbox.id();
    }

    private static Whole rest(SandboxExec.Program process) {
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        while (true) {
            switch (process.read(LONG)) {
                case ProcessOutput.Written written ->
                    (written.channel() == Channel.STDOUT ? stdout : stderr).writeBytes(written.bytes());
                case ProcessOutput.Silence _ -> throw new AssertionError("Nothing happened for " + LONG);
                case ProcessOutput.Ended ended -> {
                    return new Whole(stdout.toByteArray(), stderr.toByteArray(), ended.exitCode());
                }
            }
        }
    }

    private Whole run(SandboxId id, String... command) {
        try (SandboxExec.Program process = exec().start(id, List.of(command), null)) {
            return rest(process);
        }
    }

    private Whole sh(String script) {
        return run(running(), "sh", "-c", script);
    }

    @Test
    default void bothOutputsAndTheExitCodeAreTold() {
        Whole whole = sh("echo out; echo err >&2; exit 7");

        assertThat(whole.out()).isEqualTo("out\n");
        assertThat(whole.err()).isEqualTo("err\n");
        assertThat(whole.exitCode()).isEqualTo(7);
    }

    @Test
    default void argumentsArriveAsTheyAre() {
        Whole whole = run(running(), "sh", "-c", "printf '%s|' \"$@\"", "x", "a b", "$HOME", "'\"\n", "", "-é");

        assertThat(whole.out()).isEqualTo("a b|$HOME|'\"\n||-é|");
    }

    @Test
    default void bytesAreExact() {
        Whole whole = sh("printf '\\000\\377\\303\\n\\r\\001\\036'");

        assertThat(whole.stdout()).containsExactly(0, 0xFF, 0xC3, '\n', '\r', 1, 0x1E);
    }

    @Test
    default void aSignalIsToldAs128AndItsNumber() {
        assertThat(sh("kill -TERM $$").exitCode()).isEqualTo(143);
        assertThat(sh("kill -KILL $$").exitCode()).isEqualTo(137);
    }

    @Test
    default void theEndIsToldAgain() {
        try (SandboxExec.Program process = exec().start(running(), List.of("sh", "-c", "exit 3"), null)) {
            rest(process);

            assertThat(process.read(Duration.ZERO)).isEqualTo(new ProcessOutput.Ended(3));
        }
    }

    @Test
    default void whatItWritesIsToldWhileItGoesOn() {
        try (SandboxExec.Program process =
                exec().start(running(), List.of("sh", "-c", "printf partial; sleep 1000"), null)) {
            assertThat(process.read(LONG))
                    .isInstanceOfSatisfying(
                            ProcessOutput.Written.class,
                            written ->
                                    assertThat(written.bytes()).isEqualTo("partial".getBytes(StandardCharsets.UTF_8)));
            assertThat(process.read(Duration.ofMillis(50))).isEqualTo(new ProcessOutput.Silence());
        }
    }

    @Test
    default void inputArrivesExactlyHoweverMuch() {
        byte[] piece = new byte[1 << 16];
        for (int i = 0; i < piece.length; i++) {
            piece[i] = (byte) (i * 31);
        }
        int pieces = 40;
        try (SandboxExec.Program process =
                exec().start(running(), List.of("head", "-c", String.valueOf(pieces * piece.length)), null)) {
            Thread writer = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < pieces; i++) {
                    process.write(piece, 0, piece.length);
                }
            });
            Whole whole = rest(process);

            assertThat(whole.exitCode()).isZero();
            assertThat(whole.stdout()).hasSize(pieces * piece.length);
            for (int i = 0; i < pieces; i++) {
                assertThat(Arrays.mismatch(
                                whole.stdout(), i * piece.length, (i + 1) * piece.length, piece, 0, piece.length))
                        .isEqualTo(-1);
            }
            await().atMost(LONG).until(() -> !writer.isAlive());
        }
    }

    @Test
    default void whoDoesNotReadMakesTheProgramWait() {
        SandboxId id = running();
        String all = "/tmp/wrote-all-" + id;
        try (SandboxExec.Program process =
                exec().start(id, List.of("sh", "-c", "head -c 100000000 /dev/zero; mkdir " + all), null)) {
            assertThat(process.read(LONG)).isInstanceOf(ProcessOutput.Written.class);

            await().during(Duration.ofMillis(500))
                    .atMost(LONG)
                    .until(() -> run(id, "ls", "-d", all).exitCode() != 0);
            long bytes = 0;
            ProcessOutput next = process.read(LONG);
            while (next instanceof ProcessOutput.Written written) {
                bytes += written.bytes().length;
                next = process.read(LONG);
            }
            assertThat(bytes).isGreaterThan(90_000_000);
            assertThat(run(id, "rmdir", all).exitCode()).isZero();
        }
    }

    @Test
    default void theProgramLeadsItsOwnGroup() {
        SandboxId id = running();
        try (SandboxExec.Program process =
                exec().start(id, List.of("sh", "-c", "echo $$; sleep 1000 & sleep 1000; echo never"), null)) {
            ProcessOutput.Written first = (ProcessOutput.Written) process.read(LONG);
            String pid = new String(first.bytes(), StandardCharsets.UTF_8).strip();

            assertThat(run(id, "sh", "-c", "kill -TERM -" + pid).exitCode()).isZero();
            assertThat(rest(process).exitCode()).isEqualTo(143);
            // Whose parent is gone is collected a moment later.
            await().atMost(LONG)
                    .until(() -> run(id, "sh", "-c", "kill -0 -" + pid).exitCode() != 0);
        }
    }

    @Test
    default void closingLetsItGoOn() {
        SandboxId id = running();
        String pid;
        try (SandboxExec.Program process =
                exec().start(id, List.of("sh", "-c", "echo $$; exec sleep 1000 </dev/null"), null)) {
            ProcessOutput.Written first = (ProcessOutput.Written) process.read(LONG);
            pid = new String(first.bytes(), StandardCharsets.UTF_8).strip();
        }

        assertThat(run(id, "sh", "-c", "kill -0 " + pid).exitCode()).isZero();
    }

    private String shell(SandboxId id, String script) {
        try (SandboxExec.Program process = exec().start(id, List.of("sh"), null)) {
            byte[] program = ("{\n" + script + "\nexit\n}\n").getBytes(StandardCharsets.UTF_8);
            process.write(program, 0, program.length);
            return rest(process).out();
        }
    }

    @Test
    default void aShellDoesWhatIsOnItsInputAndLeavesNothingForTheNext() {
        SandboxId id = running();
        String tell = "echo \"$X $Y\"; pwd; umask; set -o | grep -c 'nounset.*on'; type f >/dev/null 2>&1; echo $?;"
                + " trap; ls -l /proc/$$/fd | grep -c /dev/null; ulimit -n";
        String before = shell(id, tell);
        shell(
                id,
                "X=1; export Y=2; cd /tmp; umask 0123; set -u; f() { :; }; trap 'echo bye' TERM; exec 9</dev/null;"
                        + " ulimit -n 99");

        for (int i = 0; i < 5; i++) {
            assertThat(shell(id, tell)).isEqualTo(before);
        }
        assertThat(before).startsWith(" \n");
    }

    @Test
    default void everyShellLeadsAGroupOfItsOwn() {
        SandboxId id = running();
        String tell = "read -r pid name state parent group rest </proc/self/stat; echo \"$$ $group\"";

        List<String> told = List.of(shell(id, tell), shell(id, tell), shell(id, tell));

        assertThat(told).doesNotHaveDuplicates().allMatch(line -> line.matches("(?s)(\\d+) \\1\\n"));
    }

    @Test
    default void aShellWhoseInputEndsEnds() {
        SandboxId id = running();
        String pid;
        try (SandboxExec.Program process = exec().start(id, List.of("sh"), null)) {
            byte[] line = "echo $$\n".getBytes(StandardCharsets.US_ASCII);
            process.write(line, 0, line.length);
            pid = new String(((ProcessOutput.Written) process.read(LONG)).bytes(), StandardCharsets.UTF_8).strip();
        }

        await().atMost(LONG).until(() -> run(id, "sh", "-c", "kill -0 " + pid).exitCode() != 0);
    }

    @Test
    default void aProgramThatIsNotThereIsToldApart() {
        SandboxId id = running();
        assertThatThrownBy(() -> run(id, "/no/such/program", "x")).isInstanceOf(ExecException.NotStarted.class);
    }

    @Test
    default void itRunsAsWhomeverItIsToldTo() {
        SandboxId id = running();
        List<String> command = List.of("sh", "-c", "id -u; id -g");
        ExecUser user = new ExecUser(1234, 4321);
        if (!exec().choosesUser()) {
            assertThatThrownBy(() -> exec().start(id, command, user))
                    .isInstanceOf(SandboxException.Unsupported.class)
                    .hasMessageContaining("leave out");
            return;
        }
        try (SandboxExec.Program process = exec().start(id, command, user)) {
            assertThat(rest(process).out()).isEqualTo("1234\n4321\n");
        }
    }

    @Test
    default void nothingRunsInASandboxThatDoesNot() {
        SandboxId gone = running();
        execRuntime().remove(gone);
        List<SandboxId> still = new ArrayList<>(List.of(gone, anId()));
        if (execRuntime().capabilities().contains(RuntimeCapability.PAUSE)) {
            SandboxId paused = running();
            execRuntime().pause(paused);
            still.add(paused);
        }

        for (SandboxId id : still) {
            assertThatThrownBy(() -> run(id, "sh", "-c", "true")).isInstanceOf(ExecException.NotRunning.class);
        }
    }

    @Test
    default void manyMayRunAtATime() {
        SandboxId id = running();

        assertThat(Concurrently.run(
                        20,
                        n -> () ->
                                run(id, "sh", "-c", "echo " + n + "; exit " + n).exitCode()))
                .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
    }
}
