package dev.sandkeep.bootstrap.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StopCause;
import dev.sandkeep.testkit.contract.SandboxExecContract;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.LocalSandboxExec;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shells that wait keep the promises of those that do not, and are there when they should and gone when they should. */
class WarmSandboxExecTest implements SandboxExecContract {

    private static final int PER_SANDBOX = 2;
    private static final Duration NEVER = Duration.ofHours(1);

    private final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    private final LocalSandboxExec local = new LocalSandboxExec(runtime, Path.of("/"));
    private final Counted counted = new Counted(local);
    private WarmSandboxExec warm = new WarmSandboxExec(counted, PER_SANDBOX, NEVER);

    @TempDir
    Path directory;

    WarmSandboxExecTest() {
        runtime.addImage(Specs.IMAGE);
    }

    @AfterEach
    void end() {
        warm.close();
        local.close();
    }

    @Override
    public SandboxExec exec() {
        return warm;
    }

    @Override
    public SandboxRuntime execRuntime() {
        return runtime;
    }

    /** Remembers what was started. */
    private static final class Counted implements SandboxExec {
        final List<Program> started = new CopyOnWriteArrayList<>();
        private final SandboxExec inner;

        Counted(SandboxExec inner) {
            this.inner = inner;
        }

        @Override
        public boolean choosesUser() {
            return inner.choosesUser();
        }

        @Override
        public Program start(SandboxId id, List<String> command, @Nullable ExecUser user) {
            Program program = inner.start(id, command, user);
            started.add(program);
            return program;
        }

        @Override
        public Terminal startTerminal(SandboxId id, List<String> command, TerminalSize size) {
            return inner.startTerminal(id, command, size);
        }
    }

    private Sandbox launched() {
        Sandbox sandbox = Sandboxes.aSandbox(Specs.aSpec());
        runtime.launch(sandbox);
        return sandbox;
    }

    private String run(SandboxId id, String script) {
        try (SandboxExec.Program shell = warm.start(id, List.of("sh"), null)) {
            byte[] program = ("{\n" + script + "\nexit\n}\n").getBytes(StandardCharsets.UTF_8);
            shell.write(program, 0, program.length);
            StringBuilder output = new StringBuilder();
            while (true) {
                switch (shell.read(LONG)) {
                    case ProcessOutput.Written written ->
                        output.append(new String(written.bytes(), StandardCharsets.UTF_8));
                    case ProcessOutput.Silence _ -> throw new AssertionError("Nothing happened for " + LONG);
                    case ProcessOutput.Ended _ -> {
                        return output.toString();
                    }
                }
            }
        }
    }

    private void awaitWaiting(int count) {
        awaitWaiting(count, 0);
    }

    private void awaitWaiting(int count, int working) {
        await().atMost(LONG)
                .until(() -> warm.waitingCount() == count
                        && counted.started.size() >= count
                        && local.openCount() == count + working);
    }

    private void warm(SandboxId id) {
        run(id, "true");
        awaitWaiting(PER_SANDBOX);
    }

    @Test
    void nothingWaitsWhereNothingWasRun() {
        launched();

        assertThat(warm.waitingCount()).isZero();
        assertThat(counted.started).isEmpty();
    }

    @Test
    void theNextCommandIsDoneByOneThatWaitedAndIsFollowedByAnother() {
        SandboxId id = launched().id();
        warm(id);
        int before = counted.started.size();

        String first = run(id, "echo $$");
        awaitWaiting(PER_SANDBOX);
        String second = run(id, "echo $$");

        assertThat(before).isEqualTo(1 + PER_SANDBOX);
        assertThat(first).isNotEqualTo(second);
        awaitWaiting(PER_SANDBOX);
        // Two were used, and two followed; none was started for a command itself.
        assertThat(counted.started).hasSize(before + 2);
    }

    @Test
    void whatIsNoBareShellOfTheUsualUserIsStartedAsItIs() {
        SandboxId id = launched().id();
        warm(id);
        int before = counted.started.size();

        warm.start(id, List.of("sh", "-c", "true"), null).close();
        warm.start(id, List.of("sh"), new ExecUser(0, 0)).close();

        assertThat(counted.started).hasSize(before + 2);
    }

    @Test
    void oneThatDiedIsReplacedAndTheProgramIsRunOnce() throws IOException {
        SandboxId id = launched().id();
        warm(id);
        // Everything that waits dies, as in a sandbox that ran out of memory.
        local.close();
        Path runs = directory.resolve("runs");

        String output = run(id, "echo run >>" + runs + "; echo done");

        assertThat(output).isEqualTo("done\n");
        assertThat(Files.readAllLines(runs)).containsExactly("run");
    }

    @Test
    void oneThatDoesNotAnswerIsReplaced() throws IOException, InterruptedException {
        SandboxId id = launched().id();
        Path pids = directory.resolve("pids");
        warm(id);
        List<String> waiting = shells();
        assertThat(waiting).hasSizeGreaterThanOrEqualTo(PER_SANDBOX);
        for (String pid : waiting) {
            assertThat(new ProcessBuilder("kill", "-STOP", pid).start().waitFor())
                    .isZero();
        }

        String output = run(id, "echo $$ >>" + pids + "; echo done");

        assertThat(output).isEqualTo("done\n");
        assertThat(Files.readAllLines(pids)).hasSize(1).doesNotContainAnyElementsOf(waiting);
    }

    @Test
    void theyEndWhenTheSandboxIsNotWorkedInAnyMore() {
        warm.close();
        warm = new WarmSandboxExec(counted, PER_SANDBOX, Duration.ofMillis(400));
        SandboxId id = launched().id();

        run(id, "true");
        await().atMost(LONG).until(() -> warm.waitingCount() == PER_SANDBOX);

        awaitWaiting(0);
        await().atMost(LONG).until(() -> shells().isEmpty());
    }

    private static List<String> shells() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").matches(".*/(sh|dash|bash|busybox)"))
                .map(child -> Long.toString(child.pid()))
                .toList();
    }

    @Test
    void theyEndWithTheSandboxAndAreNotThereInAnother() {
        Sandbox sandbox = launched().started(Instant.now());
        Sandbox other = launched();
        warm(sandbox.id());

        warm.changed(other.id(), Optional::empty);
        warm.changed(sandbox);
        assertThat(warm.waitingCount()).isEqualTo(PER_SANDBOX);
        warm.changed(sandbox.beginStop(StopCause.USER_DELETE, Instant.now()));

        awaitWaiting(0);
    }

    @Test
    void whatAnotherServerDidToASandboxEndsThemToo() {
        Sandbox sandbox = launched().started(Instant.now());
        warm(sandbox.id());

        warm.changed(sandbox.id(), () -> Optional.of(sandbox.beginStop(StopCause.USER_DELETE, Instant.now())));

        awaitWaiting(0);
    }

    @Test
    void aSandboxThatDoesNotRunHasNone() {
        SandboxId id = launched().id();
        runtime.remove(id);

        assertThatThrownBy(() -> warm.start(id, List.of("sh"), null)).isInstanceOf(ExecException.NotRunning.class);

        assertThat(warm.waitingCount()).isZero();
        assertThat(counted.started).isEmpty();
    }

    @Test
    void thereIsRoomForSoManyAndNoMore() {
        warm.close();
        int most = 7;
        warm = new WarmSandboxExec(counted, PER_SANDBOX, NEVER, most);
        for (int i = 0; i < most; i++) {
            run(launched().id(), "true");
        }

        awaitWaiting(most);
        run(launched().id(), "true");
        assertThat(warm.waitingCount()).isEqualTo(most);
    }

    @Test
    void noneIsBegunWhenOneOfManyEndsButWhenTheLastDoes() {
        Sandbox sandbox = launched().started(Instant.now());
        List<SandboxExec.Program> many = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            many.add(warm.start(sandbox.id(), List.of("sh"), null));
        }
        // Until each start was followed by a look whether as many wait as should.
        await().during(Duration.ofMillis(500)).until(() -> warm.waitingCount() == PER_SANDBOX);
        awaitWaiting(PER_SANDBOX, many.size());
        // Those that wait end, as if nothing had been done for a while.
        warm.changed(sandbox.beginStop(StopCause.USER_DELETE, Instant.now()));
        awaitWaiting(0, many.size());

        many.removeFirst().close();
        many.removeFirst().close();

        await().during(Duration.ofMillis(300)).until(() -> warm.waitingCount() == 0);
        many.forEach(SandboxExec.Program::close);
        awaitWaiting(PER_SANDBOX);
    }

    @Test
    void withNoneEveryShellIsStartedForItsCommand() {
        warm.close();
        warm = new WarmSandboxExec(counted, 0, NEVER);
        SandboxId id = launched().id();

        run(id, "true");
        run(id, "true");

        assertThat(counted.started).hasSize(2);
        assertThat(warm.waitingCount()).isZero();
    }

    @Test
    void closingEndsThemAll() {
        run(launched().id(), "true");
        run(launched().id(), "true");

        warm.close();

        awaitWaiting(0);
    }
}
