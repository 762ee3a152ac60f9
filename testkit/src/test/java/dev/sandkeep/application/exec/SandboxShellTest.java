package dev.sandkeep.application.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fixture.Hosts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SandboxShellTest {

    private static final Duration SHORT = Duration.ofSeconds(1);

    private final WorkingSandbox sandbox = new WorkingSandbox();

    @AfterEach
    void close() {
        sandbox.close();
    }

    private ShellProgram open(String script) {
        return sandbox.shells.open(sandbox.id, null, token -> script.replace("MARK", Marks.print(token, "P", "")));
    }

    @Test
    void errorsThatComeAgainAndAgainGiveNoMoreTimeForAMark() {
        try (ShellProgram shell = open("while :; do printf x >&2; sleep 0.1; done")) {
            assertThatThrownBy(() -> shell.awaitMark(SHORT))
                    .isInstanceOf(ExecException.Failed.class)
                    .hasMessageContaining("within 1 s");
        }
    }

    @Test
    void errorsWithoutAnEndAreNotKept() {
        try (ShellProgram shell = open("yes >&2")) {
            assertThatThrownBy(() -> shell.awaitMark(Duration.ofMinutes(1)))
                    .isInstanceOf(ExecException.Failed.class)
                    .hasMessageContaining("wrote much before");
        }
    }

    @Test
    void errorsBeforeAMarkComeBehindIt() {
        try (ShellProgram shell = open("head -c 20000 /dev/zero >&2; sleep 0.2; MARK")) {
            assertThat(shell.awaitMark(Duration.ofSeconds(30))).isEqualTo("P");

            int length = 0;
            while (shell.next(Duration.ofSeconds(30)) instanceof ShellStep.Data data) {
                length += data.length();
            }
            assertThat(length).isEqualTo(20_000);
        }
    }

    @Test
    void lastErrorsComeToAnEnd() {
        try (ShellProgram shell = open("yes >&2")) {
            assertThat(shell.lastErrors()).hasSizeBetween(1, 1000);
        }
        try (ShellProgram shell = open("while :; do printf x >&2; sleep 0.1; done")) {
            assertThat(shell.lastErrors()).startsWith("x");
        }
    }

    @Test
    void aScriptThatIsRefusedStartsNothing() {
        assertThatThrownBy(() -> sandbox.shells.open(sandbox.id, null, _ -> {
                    throw new InvalidValue("path", "no");
                }))
                .isInstanceOf(InvalidValue.class);

        assertThat(sandbox.exec.openCount()).isZero();
    }

    @Test
    void shortProgramsCountLikeAllOthersButForThoseThatEndThem() {
        for (int i = 0; i < WorkingSandbox.MOST; i++) {
            open("sleep 100");
        }

        assertThatThrownBy(() -> sandbox.shells.call(sandbox.id, null, 10, _ -> "echo a"))
                .isInstanceOf(SandboxException.Overloaded.class);
        assertThat(sandbox.shells.callToEnd(sandbox.id, null, 10, _ -> "echo a").text())
                .isEqualTo("a\n");
    }

    @Test
    void whatIsTakenWhileItArrivesMayBeOfAnyLength() {
        AtomicLong length = new AtomicLong();

        sandbox.shells.call(sandbox.id, _ -> "head -c 50000000 /dev/zero", (_, _, count) -> length.addAndGet(count));

        assertThat(length).hasValue(50_000_000);
        assertThatThrownBy(() -> sandbox.shells.call(sandbox.id, null, 10, _ -> "echo more than ten"))
                .isInstanceOf(ExecException.Failed.class);
        assertThat(sandbox.exec.openCount()).isZero();
    }

    @Test
    void aUserIsRefusedWhereNoneCanBeChosen() {
        SandboxExec fixed = new SandboxExec() {
            @Override
            public boolean choosesUser() {
                return false;
            }

            @Override
            public Program start(SandboxId id, List<String> command, @Nullable ExecUser user) {
                throw new AssertionError("Nothing is to be started");
            }

            @Override
            public Terminal startTerminal(SandboxId id, List<String> command, TerminalSize size) {
                throw new AssertionError("Nothing is to be started");
            }
        };
        SandboxShell shells = new SandboxShell(
                fixed, sandbox.repository, () -> "0".repeat(32), 1, sandbox.shells.audit(), Hosts.ofThisProcess());

        assertThatThrownBy(() -> shells.open(sandbox.id, new ExecUser(1, 1), _ -> ":"))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("uid:");
    }
}
