package dev.sandkeep.application.lifecycle;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.domain.sandbox.Environment;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ProvisionSandboxTest {

    private final TestApplication app = new TestApplication();
    private final ProvisionSandbox provisioning = app.provisioning();

    @Test
    void aPendingSandboxBecomesRunning() {
        SandboxId id = app.recorded(aSandbox(aSpec().env("TOKEN", "hunter2")));
        app.clock.advance(Duration.ofSeconds(3));

        provision(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.stateOf(id).since()).isEqualTo(Sandboxes.NOW.plusSeconds(3));
        assertThat(app.runtime.observe(id)).isEqualTo(new Observation.Running());
        assertThat(app.repository.find(id).orElseThrow().spec().env())
                .as("the environment is forgotten once it was used")
                .isEqualTo(Environment.none());
    }

    @Test
    void anImageThatIsOnTheHostIsNotPulled() {
        provision(app.recorded(aSandbox()));

        assertThat(app.runtime.pulls().count()).isZero();
    }

    @Test
    void anyOtherImageIsPulledAndTheStatusSaysSo() {
        SandboxId id = app.recorded(aSandbox(aSpec().image("python:3.11")));

        provisioning.prepare(id, null);

        assertThat(app.stateOf(id).message()).isEqualTo("Pulled python:3.11");
        assertThat(app.stateOf(id).since()).isEqualTo(Sandboxes.NOW);
        assertThat(app.runtime.hasImage(ImageRef.parse("python:3.11"), null)).isTrue();
    }

    @Test
    void anImageNamedByLatestIsAskedForAgainAfterAMinute() {
        app.runtime.addImage(ImageRef.parse("app"));
        provision(app.recorded(aSandbox(aSpec().image("app"))));
        provision(app.recorded(aSandbox(aSpec().image("app"))));
        assertThat(app.runtime.pulls().count()).isEqualTo(1);

        app.clock.advance(LatestImages.TRUSTED);
        provision(app.recorded(aSandbox(aSpec().image("app"))));

        assertThat(app.runtime.pulls().count()).isEqualTo(2);
    }

    @Test
    void anImageThatItsRegistryDoesNotKnowIsUsedAsItIsAndAskedForSeldom() {
        ImageRef made = ImageRef.parse("made-here:latest");
        app.runtime.addImage(made);
        app.runtime.refusePull(made, "manifest unknown");
        SandboxId first = app.recorded(aSandbox(aSpec().image(made.text())));

        provision(first);
        app.clock.advance(LatestImages.REFUSED.minusSeconds(1));
        provision(app.recorded(aSandbox(aSpec().image(made.text()))));

        assertThat(app.stateOf(first).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.runtime.pulls().count()).isEqualTo(1);
    }

    @Test
    void anImageThatCannotBeHadFailsTheSandboxWithTheReason() {
        app.runtime.refusePull(ImageRef.parse("python:3.11"), "manifest unknown");
        SandboxId id = app.recorded(aSandbox(aSpec().image("python:3.11")));

        provision(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.FAILED);
        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.IMAGE_PULL_FAILED);
        assertThat(app.stateOf(id).message()).contains("python:3.11", "manifest unknown");
        assertThat(app.runtime.launches().count()).isZero();
    }

    @Test
    void aSandboxThatCannotBeMadeFailsWithTheReason() {
        app.runtime.launches().fail(new SandboxException.LaunchFailed(StatusReason.PROVISION_TIMEOUT, "Slow", null));
        SandboxId id = app.recorded(aSandbox());

        provision(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.FAILED);
        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.PROVISION_TIMEOUT);
        assertThat(app.stateOf(id).message()).isEqualTo("Slow");
    }

    @Test
    void anOutageLeavesItPendingToBeTriedAgain() {
        SandboxId id = app.recorded(aSandbox());
        app.runtime.goAway();

        assertThatThrownBy(() -> provisioning.prepare(id, null)).isInstanceOf(RuntimeUnavailable.class);
        assertThatThrownBy(() -> provisioning.launch(id)).isInstanceOf(RuntimeUnavailable.class);
        provisioning.waitForRuntime(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.PENDING);
        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.RUNTIME_UNAVAILABLE);

        app.runtime.comeBack();
        provision(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
    }

    @Test
    void waitingForTheRuntimeIsStoredOnce() {
        SandboxId id = app.recorded(aSandbox());

        provisioning.waitForRuntime(id);
        long version = app.repository.find(id).orElseThrow().version();
        provisioning.waitForRuntime(id);

        assertThat(app.repository.find(id).orElseThrow().version()).isEqualTo(version);
    }

    @Test
    void everyStepMayBeRepeated() {
        SandboxId id = app.recorded(aSandbox());

        provision(id);
        provision(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.runtime.launches().count()).isEqualTo(1);
    }

    @Test
    void whatACrashLeftBehindIsFinished() {
        SandboxId id = app.recorded(aSandbox(), new Observation.Created());

        provision(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.runtime.observe(id)).isEqualTo(new Observation.Running());
    }

    @Test
    void whatIsNoLongerPendingOrUnknownIsLeftAlone() {
        SandboxId stopping = app.recorded(Sandboxes.aStoppingSandbox());
        SandboxId unknown = Sandboxes.anId();

        provision(stopping);
        provision(unknown);
        provisioning.waitForRuntime(stopping);
        provisioning.waitForRuntime(unknown);

        assertThat(app.stateOf(stopping).kind()).isEqualTo(Kind.STOPPING);
        assertThat(app.runtime.launches().count()).isZero();
    }

    @Test
    void aSandboxThatIsDeletedWhileItsImageIsPulledIsGivenUp() {
        ImageRef image = ImageRef.parse("python:3.11");
        SandboxId id = app.recorded(aSandbox(aSpec().image("python:3.11")));
        app.runtime.pulls().close();
        CompletableFuture<Void> pulling = inBackground(() -> provision(id));
        await().until(() -> app.runtime.pulls().count() == 1);

        app.deleting().delete(id);
        app.runtime.pulls().open();
        pulling.join();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.USER_DELETE);
        assertThat(app.runtime.hasImage(image, null))
                .as("the rest is not pulled")
                .isFalse();
        assertThat(app.runtime.launches().count()).isZero();
    }

    @Test
    void aSandboxThatIsDeletedWhileItIsLaunchedIsRemoved() {
        SandboxId id = app.recorded(aSandbox());
        app.runtime.launches().close();
        CompletableFuture<Void> launching = inBackground(() -> provision(id));
        await().until(() -> app.runtime.launches().count() == 1);

        app.deleting().delete(id);
        app.runtime.launches().open();
        launching.join();

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.TERMINATED);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void aSandboxThatExpiresWhileItIsLaunchedIsRemoved() {
        SandboxId id = app.recorded(aSandbox());
        app.runtime.launches().close();
        CompletableFuture<Void> launching = inBackground(() -> provision(id));
        await().until(() -> app.runtime.launches().count() == 1);

        app.clock.advance(Sandboxes.TIMEOUT);
        app.expiring().decide().forEach(app.expiring()::remove);
        app.runtime.launches().open();
        launching.join();

        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.TTL_EXPIRY);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    private void provision(SandboxId id) {
        provisioning.prepare(id, null);
        provisioning.launch(id);
    }

    private static CompletableFuture<Void> inBackground(Runnable work) {
        return CompletableFuture.runAsync(work, Executors.newVirtualThreadPerTaskExecutor());
    }
}
