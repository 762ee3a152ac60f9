package dev.sandkeep.application.lifecycle;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.StatusReason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image that was opened with credentials is not given to those who have none. */
class PrivateImageTest {

    private static final String REPOSITORY = "registry.example.com/team/app";
    private static final RegistryCredentials ALICE = new RegistryCredentials("alice", "hunter2");
    private static final RegistryCredentials MALLORY = new RegistryCredentials("mallory", "guess");

    private final TestApplication app = new TestApplication();
    private final ProvisionSandbox provisioning = app.provisioning();

    @BeforeEach
    void theRegistryKnowsAliceOnly() {
        app.runtime.requireCredentials(REPOSITORY, ALICE);
    }

    @Test
    void whoHasCredentialsGetsTheImageWhichIsPrivateFromThenOn() {
        SandboxId id = provisioned(ALICE);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
        assertThat(app.privateImages.isMarked(REPOSITORY)).isTrue();
    }

    @Test
    void whoHasNoneIsRefusedByTheRegistryAlthoughTheImageIsOnTheHost() {
        provisioned(ALICE);

        SandboxId id = provisioned(null);

        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.IMAGE_PULL_FAILED);
        assertThat(app.isInRuntime(id)).isFalse();
    }

    @Test
    void whoHasTheWrongOnesIsRefusedAndTheImageStaysPrivate() {
        provisioned(ALICE);

        SandboxId id = provisioned(MALLORY);

        assertThat(app.stateOf(id).reason()).isEqualTo(StatusReason.IMAGE_PULL_FAILED);
        assertThat(app.privateImages.isMarked(REPOSITORY)).isTrue();
    }

    @Test
    void credentialsThatAreRefusedMakeNothingPrivate() {
        provisioned(MALLORY);

        assertThat(app.privateImages.isMarked(REPOSITORY)).isFalse();
    }

    @Test
    void neitherCredentialsNorPasswordAreInTheStatus() {
        SandboxId id = provisioned(MALLORY);

        assertThat(app.stateOf(id).message()).doesNotContain("guess").doesNotContain("mallory");
    }

    @Test
    void itIsPrivateBeforeItIsPulledForTheServerMayCrashInBetween() {
        app.runtime.pulls().fail(new RuntimeUnavailable("crash", null));

        assertThatThrownBy(() -> provisioned(ALICE)).isInstanceOf(RuntimeUnavailable.class);

        assertThat(app.privateImages.isMarked(REPOSITORY)).isTrue();
    }

    /** Somebody who keeps trying wrong credentials must not open the image that somebody else is just pulling. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefusalLeavesTheMarkToAnotherPullOfTheSameRepository(boolean aliceIsFirst) {
        app.runtime.pulls().close();
        CompletableFuture<SandboxId> first = inBackground(aliceIsFirst ? ALICE : MALLORY);
        await().until(() -> app.runtime.pulls().count() == 1);
        CompletableFuture<SandboxId> second = inBackground(aliceIsFirst ? MALLORY : ALICE);
        await().until(() -> app.runtime.pulls().count() == 2);

        app.runtime.pulls().open();
        first.join();
        second.join();

        assertThat(app.privateImages.isMarked(REPOSITORY)).isTrue();
        assertThat(app.stateOf(provisioned(null)).reason()).isEqualTo(StatusReason.IMAGE_PULL_FAILED);
    }

    @Test
    void overlappingRefusalsMakeNothingPrivate() {
        app.runtime.pulls().close();
        CompletableFuture<SandboxId> first = inBackground(MALLORY);
        CompletableFuture<SandboxId> second = inBackground(MALLORY);
        await().until(() -> app.runtime.pulls().count() == 2);

        app.runtime.pulls().open();
        first.join();
        second.join();

        assertThat(app.privateImages.isMarked(REPOSITORY)).isFalse();
    }

    @Test
    void afterARestartTheCredentialsAreLostAndTheSandboxSaysSo() {
        SandboxId id = recorded();

        app.provisioning().prepare(id, null);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.FAILED);
        assertThat(app.stateOf(id).message())
                .contains("registry credentials are not stored", "create the sandbox again");
        assertThat(app.runtime.pulls().count()).isZero();
    }

    @Test
    void afterARestartAContainerThatWasMadeIsFinished() {
        app.runtime.addImage(ImageRef.parse(REPOSITORY));
        SandboxId id =
                app.recorded(aSandbox(aSpec().image(REPOSITORY).imageAuthenticated()), new Observation.Created());

        app.provisioning().prepare(id, null);
        app.provisioning().launch(id);

        assertThat(app.stateOf(id).kind()).isEqualTo(Kind.RUNNING);
    }

    private SandboxId recorded() {
        return app.recorded(aSandbox(aSpec().image(REPOSITORY).imageAuthenticated()));
    }

    private SandboxId provisioned(@Nullable RegistryCredentials credentials) {
        SandboxId id = credentials == null ? app.recorded(aSandbox(aSpec().image(REPOSITORY))) : recorded();
        provisioning.prepare(id, credentials);
        provisioning.launch(id);
        return id;
    }

    private CompletableFuture<SandboxId> inBackground(RegistryCredentials credentials) {
        return CompletableFuture.supplyAsync(
                () -> provisioned(credentials), Executors.newVirtualThreadPerTaskExecutor());
    }
}
