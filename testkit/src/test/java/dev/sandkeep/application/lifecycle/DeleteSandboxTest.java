package dev.sandkeep.application.lifecycle;

import static dev.sandkeep.testkit.fixture.Sandboxes.aFailedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aPausedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aStoppingSandbox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeleteSandboxTest {

    private final TestApplication app = new TestApplication();
    private final DeleteSandbox deleting = app.deleting();

    static Stream<Sandbox> live() {
        return Stream.of(aSandbox(), aRunningSandbox(), aPausedSandbox(), aStoppingSandbox());
    }

    @ParameterizedTest
    @MethodSource("live")
    void aLiveSandboxIsGoneWhenItReturns(Sandbox sandbox) {
        SandboxId id = app.recorded(sandbox, new Observation.Running());

        deleting.delete(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.USER_DELETE);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void anEndedSandboxStaysAsItEndedAndIsOutOfSight() {
        SandboxId id = app.recorded(aFailedSandbox());

        deleting.delete(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.FAILED);
        assertThat(app.repository.find(id).orElseThrow().deletedAt()).contains(app.clock.instant());
        assertThatThrownBy(() -> new FindSandbox(app.repository).find(id, false))
                .isInstanceOf(SandboxException.NotFound.class);
        assertThat(new FindSandbox(app.repository).find(id, true).id()).isEqualTo(id);
    }

    @Test
    void anUnknownOrDeletedSandboxIsNotFound() {
        SandboxId id = app.recorded(aRunningSandbox(), new Observation.Running());
        deleting.delete(id);

        assertThatThrownBy(() -> deleting.delete(id)).isInstanceOf(SandboxException.NotFound.class);
        assertThatThrownBy(() -> deleting.delete(Sandboxes.anId())).isInstanceOf(SandboxException.NotFound.class);
    }

    @Test
    void callsThatOverlapAllSucceed() {
        SandboxId id = app.recorded(aRunningSandbox(), new Observation.Running());
        app.runtime.removals().close();
        List<CompletableFuture<Void>> calls = Stream.generate(
                        () -> inBackground(() -> app.deleting().delete(id)))
                .limit(4)
                .toList();
        await().until(() -> app.runtime.removals().count() == 4);
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.STOPPING);

        app.runtime.removals().open();
        calls.forEach(CompletableFuture::join);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void duringAnOutageTheDeletionIsRememberedAndCompletedLater() {
        SandboxId id = app.recorded(aRunningSandbox(), new Observation.Running());
        app.runtime.goAway();

        assertThatThrownBy(() -> deleting.delete(id)).isInstanceOf(SandboxException.RuntimeUnavailable.class);
        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.STOPPING);
        assertThat(new FindSandbox(app.repository).find(id, false).id()).isEqualTo(id);

        app.runtime.comeBack();
        app.reconciling().recover();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void afterAnOutageTheUserMayCompleteItToo() {
        SandboxId id = app.recorded(aRunningSandbox(), new Observation.Running());
        app.runtime.goAway();
        assertThatThrownBy(() -> deleting.delete(id)).isInstanceOf(SandboxException.RuntimeUnavailable.class);
        app.runtime.comeBack();

        deleting.delete(id);

        assertThat(app.isInRuntime(id)).isFalse();
    }

    private static CompletableFuture<Void> inBackground(Runnable work) {
        return CompletableFuture.runAsync(work, Executors.newVirtualThreadPerTaskExecutor());
    }
}
