package dev.sandkeep.application.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class AwaitSandboxTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final TestApplication app = new TestApplication();
    private final SandboxChanges changes = new SandboxChanges();
    private final AwaitSandbox awaiting = new AwaitSandbox(app.repository, changes);

    @Test
    void whatIsNotPendingIsAnsweredAtOnce() {
        SandboxId id = app.recorded(Sandboxes.aRunningSandbox());

        assertThat(awaiting.await(id, LONG).state().kind()).isEqualTo(Kind.RUNNING);
    }

    @Test
    void whatStaysPendingIsAnsweredAfterThatTime() {
        SandboxId id = app.recorded(Sandboxes.aSandbox());

        assertThat(awaiting.await(id, SHORT).state().kind()).isEqualTo(Kind.PENDING);
        assertThat(awaiting.await(id, Duration.ZERO).state().kind()).isEqualTo(Kind.PENDING);
    }

    @Test
    void aChangeThatNobodyToldOfIsSeenAfterThatTime() {
        SandboxId id = app.recorded(Sandboxes.aSandbox());
        CompletableFuture<Sandbox> waiting = CompletableFuture.supplyAsync(
                () -> awaiting.await(id, Duration.ofMillis(200)), Executors.newVirtualThreadPerTaskExecutor());

        app.repository.update(id, sandbox -> sandbox.started(Sandboxes.NOW));

        assertThat(waiting.join().state().kind()).isEqualTo(Kind.RUNNING);
    }

    @Test
    void aChangeEndsTheWaitAndProgressDoesNot() {
        SandboxId id = app.recorded(Sandboxes.aSandbox());
        Sandbox pending = app.repository.find(id).orElseThrow();
        CompletableFuture<Sandbox> waiting = CompletableFuture.supplyAsync(
                () -> awaiting.await(id, LONG), Executors.newVirtualThreadPerTaskExecutor());

        // Told again and again, since only the waiting thread knows when it began to listen.
        await().until(() -> {
            changes.publish(pending.progressed(StatusReason.PROVISIONING, "Pulling"));
            changes.publish(pending.started(Sandboxes.NOW));
            return waiting.isDone();
        });

        assertThat(waiting.join().state().kind()).isEqualTo(Kind.RUNNING);
    }

    @Test
    void anUnknownSandboxIsNotFound() {
        assertThatThrownBy(() -> awaiting.await(Sandboxes.anId(), LONG)).isInstanceOf(SandboxException.NotFound.class);
    }
}
