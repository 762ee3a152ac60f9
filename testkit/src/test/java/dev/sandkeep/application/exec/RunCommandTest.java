package dev.sandkeep.application.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.CommandEnd.Cause;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.testkit.fake.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How commands end when something is in the way. */
@Timeout(120)
class RunCommandTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final WorkingSandbox sandbox = new WorkingSandbox();
    private final KnownCommands known = new KnownCommands();
    private final RunCommand runCommand = new RunCommand(sandbox.shells, known, InstantSource.system());
    /** For commands with a limit, whose time is over when the test says so. */
    private final SettableClock clock = new SettableClock(Instant.now());

    private final RunCommand limited = new RunCommand(sandbox.shells, known, clock);
    private final InterruptCommand interruptCommand =
            new InterruptCommand(sandbox.shells, known, InstantSource.system());
    private final Listener listener = new Listener();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        listener.open.countDown();
        sandbox.close();
    }

    /** One that may be slow, or gone. */
    private static final class Listener implements CommandListener {
        private final CompletableFuture<String> id = new CompletableFuture<>();
        private final CountDownLatch open = new CountDownLatch(1);
        private volatile boolean slow;
        private volatile boolean gone;
        private final AtomicLong told = new AtomicLong();

        @Override
        public void started(String started) {
            id.complete(started);
        }

        @Override
        public void written(Channel channel, byte[] bytes, int offset, int length) {
            if (gone) {
                throw new IllegalStateException("the client went away");
            }
            if (slow) {
                try {
                    open.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }
            told.addAndGet(length);
        }

        @Override
        public void alive() {}
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(40));
    }

    private CompletableFuture<CommandEnd> run(String text, Duration limit) {
        Command command = new Command(text, null, Map.of(), limit, null, null);
        CompletableFuture<CommandEnd> end = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                end.complete((limit.isZero() ? runCommand : limited).run(sandbox.id, command, listener));
            } catch (RuntimeException failed) {
                end.completeExceptionally(failed);
            }
        });
        return end;
    }

    private Path pid() {
        return directory.resolve("pid");
    }

    /** Something that does not end when it is asked to. */
    private String stubborn() {
        return "sh -c 'trap \"\" TERM; echo $$ >" + pid() + ".new; mv " + pid() + ".new " + pid()
                + "; while :; do sleep 0.2; done'";
    }

    private void awaitPid() {
        soon().until(() -> Files.exists(pid()) && runs());
    }

    private boolean runs() throws IOException {
        Path stat = Path.of("/proc", Files.readString(pid()).strip(), "stat");
        return Files.exists(stat) && !Files.readString(stat).matches("(?s).*\\) Z .*");
    }

    /** What wrote its number has ended. */
    private void awaitEnd() {
        soon().until(() -> Files.exists(pid()) && !Files.readString(pid()).isBlank() && !runs());
    }

    /** The time of the command is over, and some passes in which something could be done about it. */
    private void passLimit() {
        clock.advance(LIMIT.plusSeconds(1));
        Instant then = Instant.now().plusSeconds(1);
        soon().until(() -> Instant.now().isAfter(then));
    }

    @Test
    void aTimeoutDuringAPauseIsMadeUpFor() {
        CompletableFuture<CommandEnd> end = run(stubborn(), LIMIT);
        awaitPid();
        sandbox.runtime.pause(sandbox.id);
        passLimit();
        assertThat(end).isNotDone();

        sandbox.runtime.resume(sandbox.id);

        assertThat(end.join()).isEqualTo(new CommandEnd(137, Cause.TIMEOUT));
        soon().until(() -> !runs());
    }

    @Test
    void aCommandWhoseEngineGoesAwayIsEndedWhenThatIsBack() {
        CompletableFuture<CommandEnd> end = run(stubborn(), Duration.ZERO);
        awaitPid();
        sandbox.runtime.goAway();
        assertThatThrownBy(end::join).hasCauseInstanceOf(SandboxException.RuntimeUnavailable.class);

        sandbox.runtime.comeBack();

        soon().until(() -> !runs());
    }

    @Test
    void aSlowListenerDoesNotKeepACommandFromItsTimeout() {
        listener.slow = true;
        CompletableFuture<CommandEnd> end = run("echo told; " + stubborn(), LIMIT);
        awaitPid();

        passLimit();

        soon().until(() -> !runs());
        assertThat(end).isNotDone();
        listener.open.countDown();
        assertThat(end.join()).isEqualTo(new CommandEnd(137, Cause.TIMEOUT));
    }

    @Test
    void aCommandThatEndedInTimeDidSoWheneverItIsTold() {
        listener.slow = true;
        CompletableFuture<CommandEnd> end = run("echo $$ >" + pid() + "; head -c 100000 /dev/zero; exit 3", LIMIT);
        awaitEnd();
        passLimit();

        listener.open.countDown();

        assertThat(end.join()).isEqualTo(new CommandEnd(3, Cause.EXITED));
        assertThat(listener.told).hasValue(100_000);
    }

    /** The wrapping itself waits for somebody to read. */
    @Test
    void whatIsStillToldOfACommandThatEndedInTimeIsNotCutOff() {
        listener.slow = true;
        String children = "echo $$ >" + pid() + "; ( head -c 3000000 /dev/zero; : ) & ";
        CompletableFuture<CommandEnd> end = run(children + "echo told; exit 4", LIMIT);
        awaitEnd();
        passLimit();

        listener.open.countDown();

        assertThat(end.join()).isEqualTo(new CommandEnd(4, Cause.EXITED));
    }

    @Test
    void anInterruptReachesWhatDoesNotEndWhenAsked() {
        CompletableFuture<CommandEnd> end = run(stubborn() + " & wait", Duration.ZERO);
        awaitPid();

        interruptCommand.interrupt(sandbox.id, listener.id.join());

        assertThat(end.join()).isEqualTo(new CommandEnd(143, Cause.INTERRUPTED));
        soon().until(() -> !runs());
    }

    @Test
    void anInterruptThatFailsCanBeTriedAgain() {
        CompletableFuture<CommandEnd> end = run("echo $$ >" + pid() + "; exec sleep 1000", Duration.ZERO);
        soon().until(() -> Files.exists(pid()) && !Files.readString(pid()).isEmpty());
        sandbox.runtime.pause(sandbox.id);
        assertThatThrownBy(() -> interruptCommand.interrupt(sandbox.id, listener.id.join()))
                .isInstanceOf(ExecException.NotRunning.class);
        sandbox.runtime.resume(sandbox.id);

        interruptCommand.interrupt(sandbox.id, listener.id.join());

        assertThat(end.join()).isEqualTo(new CommandEnd(143, Cause.INTERRUPTED));
    }

    @Test
    void aClientThatGoesAwayLeavesNothingBehind() {
        CompletableFuture<CommandEnd> end = run(stubborn() + " & while :; do echo x; sleep 0.1; done", Duration.ZERO);
        awaitPid();

        listener.gone = true;

        assertThatThrownBy(end::join).hasRootCauseMessage("the client went away");
        soon().until(() -> !runs());
    }

    @Test
    void whatGoesOnBehindACommandIsLeftAlone() throws IOException {
        CompletableFuture<CommandEnd> end =
                run(stubborn() + " & while [ ! -e " + pid() + " ]; do sleep 0.1; done", LIMIT);

        assertThat(end.join()).isEqualTo(new CommandEnd(0, Cause.EXITED));

        interruptCommand.interrupt(sandbox.id, listener.id.join());
        assertThat(runs()).isTrue();
    }
}
