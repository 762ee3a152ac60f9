package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SandboxExec} promises of terminals. As for {@link SandboxExecContract}; the sandboxes have {@code
 * stty}, too.
 */
public interface SandboxTerminalContract {

    Duration PATIENCE = Duration.ofSeconds(60);
    TerminalSize SMALL = new TerminalSize(60, 20);

    /** What is under test. */
    SandboxExec exec();

    /** The runtime whose sandboxes it works in. */
    SandboxRuntime execRuntime();

    /** Somebody at a terminal, and what they saw. */
    final class Seat implements AutoCloseable {
        private final SandboxExec.Terminal terminal;
        private final StringBuilder seen = new StringBuilder();

        Seat(SandboxExec.Terminal terminal) {
            this.terminal = terminal;
        }

        void type(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            terminal.write(bytes, 0, bytes.length);
        }

        /** Reads on until that was seen, and forgets what was before its end. */
        void await(String text) {
            int at = seen.indexOf(text);
            while (at < 0) {
                switch (terminal.read(PATIENCE)) {
                    case ProcessOutput.Written written -> {
                        assertThat(written.channel()).isEqualTo(Channel.STDOUT);
                        seen.append(new String(written.bytes(), StandardCharsets.ISO_8859_1));
                    }
                    case ProcessOutput.Silence _ -> throw new AssertionError(text + " did not come, but " + seen);
                    case ProcessOutput.Ended ended -> throw new AssertionError("It ended: " + ended + seen);
                }
                at = seen.indexOf(text);
            }
            seen.delete(0, at + text.length());
        }

        int end() {
            while (true) {
                switch (terminal.read(PATIENCE)) {
                    case ProcessOutput.Written _ -> {}
                    case ProcessOutput.Silence _ -> throw new AssertionError("It does not end");
                    case ProcessOutput.Ended ended -> {
                        return ended.exitCode();
                    }
                }
            }
        }

        @Override
        public void close() {
            terminal.close();
        }
    }

    private SandboxId sandbox() {
        Sandbox sandbox = aSandbox(aSpec());
        execRuntime().launch(sandbox);
        return sandbox.id();
    }

    private Seat sit(String script) {
        return new Seat(exec().startTerminal(sandbox(), List.of("sh", "-c", script), SMALL));
    }

    @Test
    default void theProgramIsAtATerminalOfItsSize() {
        String untilSized = "until [ \"$(stty size)\" = '20 60' ]; do sleep 0.1; done; ";

        try (Seat seat = sit(untilSized + "test -t 0 && test -t 1 && test -t 2 && echo a tty; exit 7")) {
            seat.await("a tty\r\n");
            assertThat(seat.end()).isEqualTo(7);
        }
    }

    @Test
    default void aNewSizeIsToldToTheProgram() {
        try (Seat seat = sit("trap 'stty size' WINCH; echo ready; while :; do sleep 0.1; done")) {
            seat.await("ready");
            seat.terminal.resize(new TerminalSize(123, 45));
            seat.await("45 123");
            // A runtime that only ends what it talks to would leave the program.
            seat.type("\u0003");
            assertThat(seat.end()).isEqualTo(130);
        }
    }

    @Test
    default void whatIsTypedIsEchoedAndRead() {
        try (Seat seat = sit("echo ready; read -r line; echo \"got <$line>\"")) {
            seat.await("ready");
            seat.type("hällo 'x'\n");
            seat.await(new String("hällo 'x'\r\n".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
            seat.await(new String("got <hällo 'x'>\r\n".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
            assertThat(seat.end()).isZero();
        }
    }

    @Test
    default void controlCInterruptsTheProgram() {
        try (Seat seat = sit("echo ready; exec sleep 1000")) {
            seat.await("ready");
            seat.type("\u0003");
            assertThat(seat.end()).isEqualTo(130);
        }
    }

    @Test
    default void theProgramLeadsItsSession() {
        try (Seat seat = sit("read -r x </proc/$$/stat; x=${x##*) }; set -- $x;"
                + " [ \"$3.$4\" = \"$$.$$\" ] && echo leads; exit 0")) {
            seat.await("leads");
            assertThat(seat.end()).isZero();
        }
    }

    @Test
    default void aTerminalThatEndedMayBeResized() {
        try (Seat seat = sit("exit 5")) {
            assertThat(seat.end()).isEqualTo(5);

            seat.terminal.resize(SMALL);

            assertThat(seat.terminal.read(Duration.ZERO)).isEqualTo(new ProcessOutput.Ended(5));
        }
    }

    @Test
    default void aProgramThatIsNotThereHasNoTerminal() {
        SandboxId id = sandbox();

        assertThatThrownBy(() -> {
                    try (SandboxExec.Terminal terminal = exec().startTerminal(id, List.of("/no/such/program"), SMALL)) {
                        terminal.read(PATIENCE);
                    }
                })
                .isInstanceOf(ExecException.NotStarted.class);
    }

    @Test
    default void aSandboxThatDoesNotRunHasNoTerminal() {
        SandboxId gone = sandbox();
        execRuntime().remove(gone);

        for (SandboxId id : List.of(gone, anId())) {
            assertThatThrownBy(() -> exec().startTerminal(id, List.of("sh"), SMALL))
                    .isInstanceOf(ExecException.NotRunning.class);
        }
    }
}
