package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.NotFound;
import dev.sandkeep.domain.sandbox.SandboxException.Unsupported;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxRuntime} promises about pauses: that they work if it declares them, or their refusal. */
public interface PauseContract {

    /** The runtime under test; the same one throughout a test. */
    SandboxRuntime runtime();

    /** A runtime on the same engine with another instance name. */
    SandboxRuntime runtimeOfAnotherInstance();

    /** Does something to a running sandbox, or sees that this runtime refuses to pause and to resume it. */
    private void ifPausable(Consumer<Sandbox> test) {
        Sandbox sandbox = aSandbox(aSpec());
        runtime().launch(sandbox);
        if (runtime().capabilities().contains(RuntimeCapability.PAUSE)) {
            test.accept(sandbox);
        } else {
            assertThatThrownBy(() -> runtime().pause(sandbox.id())).isInstanceOf(Unsupported.class);
            assertThatThrownBy(() -> runtime().resume(sandbox.id())).isInstanceOf(Unsupported.class);
            assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Running.class);
        }
    }

    @Test
    default void aPausedSandboxIsSeenAsSuchUntilItIsResumed() {
        ifPausable(sandbox -> {
            runtime().pause(sandbox.id());
            assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Paused.class);
            assertThat(runtime().observeAll())
                    .singleElement()
                    .satisfies(seen -> assertThat(seen.observation()).isInstanceOf(Observation.Paused.class));

            runtime().resume(sandbox.id());
            assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Running.class);
        });
    }

    @Test
    default void pausingAndResumingMayBeRepeated() {
        ifPausable(sandbox -> {
            runtime().resume(sandbox.id());
            runtime().pause(sandbox.id());
            runtime().pause(sandbox.id());
            assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Paused.class);

            runtime().resume(sandbox.id());
            runtime().resume(sandbox.id());
            assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Running.class);
        });
    }

    @Test
    default void pausesOfTheSameSandboxMayOverlap() {
        ifPausable(sandbox -> {
            Concurrently.run(4, _ -> () -> {
                runtime().pause(sandbox.id());
                return null;
            });

            assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Paused.class);
        });
    }

    @Test
    default void aPausedSandboxIsRemovedLikeAnyOther() {
        ifPausable(sandbox -> {
            runtime().pause(sandbox.id());

            runtime().remove(sandbox.id());

            assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
            assertThat(runtime().observeAll()).isEmpty();
        });
    }

    @Test
    default void launchingAPausedSandboxLeavesItPaused() {
        ifPausable(sandbox -> {
            runtime().pause(sandbox.id());

            runtime().launch(sandbox);

            assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Paused.class);
        });
    }

    @Test
    default void whatIsNotThereOrHasEndedCanNeitherBePausedNorResumed() {
        ifPausable(_ -> {
            Sandbox ended = aSandbox(aSpec().entrypoint("sh", "-c", "exit 3"));
            runtime().launch(ended);
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(
                            () -> assertThat(runtime().observe(ended.id())).isInstanceOf(Observation.Exited.class));

            assertThatThrownBy(() -> runtime().pause(ended.id())).isInstanceOf(NotFound.class);
            assertThatThrownBy(() -> runtime().resume(ended.id())).isInstanceOf(NotFound.class);
            assertThatThrownBy(() -> runtime().pause(anId())).isInstanceOf(NotFound.class);
            assertThatThrownBy(() -> runtime().resume(anId())).isInstanceOf(NotFound.class);
        });
    }

    @Test
    default void anotherInstanceCannotPauseIt() {
        ifPausable(sandbox -> {
            assertThatThrownBy(() -> runtimeOfAnotherInstance().pause(sandbox.id()))
                    .isInstanceOf(NotFound.class);

            assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Running.class);
        });
    }
}
