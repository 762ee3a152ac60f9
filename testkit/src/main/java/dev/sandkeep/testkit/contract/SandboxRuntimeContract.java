package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxException.Unsupported;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.volume.StorageRequest;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SandboxRuntime} promises; about pauses, volumes and logs in contracts of their own. An implementation
 * gives each test a runtime with an instance name of its own, with {@link Specs#IMAGE} on the host, and removes afterwards
 * what the test left.
 */
public interface SandboxRuntimeContract extends PauseContract, VolumeContract, EntryLogContract {

    /** A runtime whose engine is away. */
    SandboxRuntime runtimeWithoutEngine();

    /** An image that is neither on the host nor in its registry. */
    ImageRef imageThatDoesNotExist();

    private Sandbox launched(Specs spec) {
        return Launches.launched(runtime(), spec);
    }

    private Exit exitOf(Sandbox sandbox) {
        return Launches.exitOf(runtime(), sandbox);
    }

    private Optional<ObservedSandbox> seen(SandboxRuntime by, SandboxId id) {
        return by.observeAll().stream().filter(one -> one.id().equals(id)).findFirst();
    }

    @Test
    default void aLaunchedSandboxRuns() {
        Sandbox sandbox = launched(aSpec());

        assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Running.class);
    }

    @Test
    default void launchingARunningSandboxAgainChangesNothing() {
        Sandbox sandbox = launched(aSpec());

        runtime().launch(sandbox);

        assertThat(runtime().observeAll()).extracting(ObservedSandbox::id).containsExactly(sandbox.id());
        assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Running.class);
    }

    @Test
    default void launchingASandboxThatEndedStartsItAgainOrIsRefused() {
        Sandbox sandbox = launched(aSpec().entrypoint("sh", "-c", "exit 7"));
        assertThat(exitOf(sandbox).code()).isEqualTo(7);

        if (has(RuntimeCapability.RESTART)) {
            assertThatCode(() -> runtime().launch(sandbox)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> runtime().launch(sandbox.started(Instant.now())))
                    .isInstanceOf(LaunchFailed.class);
        }

        assertThat(exitOf(sandbox).code()).isEqualTo(7);
    }

    /** Nobody noted yet that it began, so its launch succeeded, whatever became of it since. */
    @Test
    default void aLaunchThatIsRepeatedBeforeItWasNotedIsNotRefusedSinceItEnded() {
        Sandbox sandbox = launched(aSpec().entrypoint("sh", "-c", "exit 0"));
        assertThat(exitOf(sandbox).code()).isZero();

        assertThatCode(() -> runtime().launch(sandbox)).doesNotThrowAnyException();

        assertThat(exitOf(sandbox).code()).isZero();
    }

    @Test
    default void theEndOfTheEntryProcessIsObservedWithItsCodeAndLastLine() {
        Sandbox sandbox = launched(aSpec().entrypoint("sh", "-c", "echo starting; echo out of luck; exit 3"));

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(exitOf(sandbox)).isEqualTo(new Exit(3, Exit.Cause.PROCESS_ENDED, "out of luck")));
    }

    /** By what its init wrote at once, which a busy engine may lose; then by the next one's. */
    @Test
    default void anEntrypointThatTheImageDoesNotHaveIsToldApart() {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(this::tellApartAnEntrypointThatIsNotThere);
    }

    private void tellApartAnEntrypointThatIsNotThere() {
        Sandbox sandbox = aSandbox(aSpec().entrypoint("/no/such/program", "x"));
        try {
            runtime().launch(sandbox);
            Exit exit = exitOf(sandbox);
            assertThat(exit.cause()).as(exit.toString()).isEqualTo(Exit.Cause.ENTRYPOINT_NOT_FOUND);
        } catch (LaunchFailed refused) {
            assertThat(refused.reason()).isEqualTo(StatusReason.ENTRYPOINT_NOT_FOUND);
        }
    }

    @Test
    default void aSandboxThatWasNeverMadeIsMissing() {
        assertThat(runtime().observe(anId())).isInstanceOf(Observation.Missing.class);
    }

    @Test
    default void aRemovedSandboxIsMissing() {
        Sandbox sandbox = launched(aSpec());

        runtime().remove(sandbox.id());

        assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
        assertThat(runtime().observeAll()).isEmpty();
    }

    @Test
    default void whatIsThereOfASandboxIsListedAndNoStray() {
        Sandbox sandbox = launched(aSpec().namedVolume(aVolumeName(), true, true));

        assertThat(seen(runtime(), sandbox.id()).orElseThrow().parts())
                .extracting(RuntimePart::kind)
                .contains(RuntimePart.Kind.CONTAINER, RuntimePart.Kind.VOLUME);
        assertThat(runtime().listStrays())
                .noneMatch(stray -> stray.name().contains(sandbox.id().value()));
        assertThat(runtimeOfAnotherInstance().listStrays()).isEmpty();
    }

    @Test
    default void removingAStrayThatIsNoneLeavesEverythingAsItIs() {
        Sandbox sandbox = launched(aSpec());

        seen(runtime(), sandbox.id()).orElseThrow().parts().forEach(runtime()::removeStray);

        assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Running.class);
    }

    @Test
    default void removingWhatIsNotThereIsFine() {
        assertThatCode(() -> runtime().remove(anId())).doesNotThrowAnyException();
    }

    @Test
    default void removalsOfTheSameSandboxMayOverlap() {
        Sandbox sandbox = launched(aSpec());

        CompletableFuture<?>[] removals = Stream.generate(
                        () -> CompletableFuture.runAsync(() -> runtime().remove(sandbox.id())))
                .limit(4)
                .toArray(CompletableFuture<?>[]::new);

        assertThatCode(() -> CompletableFuture.allOf(removals).join()).doesNotThrowAnyException();
        assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
    }

    @Test
    default void everythingIsSeenOnceWithWhatIsNeededToAdoptIt() {
        Specs spec = aSpec().metadata("team", "blue").limit("memory", "64Mi").env("TOKEN", "s3cret");
        Sandbox running = launched(spec);
        Sandbox ended = launched(aSpec().entrypoint("sh", "-c", "exit 1"));
        exitOf(ended);

        assertThat(runtime().observeAll())
                .extracting(ObservedSandbox::id)
                .containsExactlyInAnyOrder(running.id(), ended.id());
        assertThat(seen(runtime(), ended.id()).orElseThrow().observation()).isInstanceOf(Observation.Exited.class);
        assertThat(seen(runtime(), running.id()).map(ObservedSandbox::adoptable))
                .hasValueSatisfying(adoptable -> {
                    assertThat(adoptable.spec()).isEqualTo(spec.build().withoutSecrets());
                    assertThat(adoptable.createdAt()).isEqualTo(running.createdAt());
                    assertThat(adoptable.expiresAt()).isEqualTo(running.expiresAt());
                });
    }

    @Test
    default void anotherInstanceNeitherSeesNorTouchesIt() {
        Sandbox sandbox = launched(aSpec());
        SandboxRuntime other = runtimeOfAnotherInstance();

        other.remove(sandbox.id());

        assertThat(other.observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
        assertThat(other.observeAll()).isEmpty();
        assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Running.class);
    }

    @Test
    default void anImageOnTheHostIsFound() {
        assertThat(runtime().hasImage(Specs.IMAGE, null)).isTrue();
        // Without images of its own, the launch needs no pull of any.
        assertThat(runtime().hasImage(imageThatDoesNotExist(), null)).isEqualTo(!has(RuntimeCapability.IMAGES));
    }

    @Test
    default void anImageThatDoesNotExistFailsByItsNameWhereItIsGot() {
        ImageRef image = imageThatDoesNotExist();
        Sandbox sandbox = aSandbox(aSpec().image(image.text()));

        assertThatThrownBy(() -> {
                    runtime().pullImage(sandbox.id(), image, null, null, _ -> {});
                    assertThat(has(RuntimeCapability.IMAGES))
                            .as("the pull says nothing, so the launch has to")
                            .isFalse();
                    runtime().launch(sandbox);
                })
                .isInstanceOfSatisfying(
                        LaunchFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(StatusReason.IMAGE_PULL_FAILED))
                .hasMessageContaining(image.text());
    }

    @Test
    default void aLaunchThatFailsLeavesNothingBehind() {
        String volume = aVolumeName();
        SandboxSpec spec = aSpec().image(imageThatDoesNotExist().text())
                .namedVolume(volume, true, false)
                .build();
        Sandbox sandbox = aSandbox(spec);

        assertThatThrownBy(() -> runtime().launch(sandbox)).isInstanceOf(LaunchFailed.class);

        assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
        assertThat(volumeExists(volume)).isFalse();
    }

    @Test
    default void whatNeedsACapabilityIsAdmittedExactlyIfItIsThere() {
        admittedExactlyIf(RuntimeCapability.GPU, aSpec().limit("gpu", "1").build());
        admittedExactlyIf(
                RuntimeCapability.EPHEMERAL_STORAGE,
                aSpec().limit("ephemeral-storage", "1Gi").build());
        admittedExactlyIf(RuntimeCapability.PIDS, aSpec().limit("pids", "64").build());
        admittedExactlyIf(
                RuntimeCapability.STORAGE_REQUESTS,
                aSpec().namedVolume(aVolumeName(), new StorageRequest(null, "1Mi", List.of()))
                        .build());
    }

    private boolean has(RuntimeCapability capability) {
        return runtime().capabilities().contains(capability);
    }

    private void admittedExactlyIf(RuntimeCapability needed, SandboxSpec spec) {
        if (has(needed)) {
            assertThatCode(() -> runtime().admit(spec)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> runtime().admit(spec)).isInstanceOf(Unsupported.class);
        }
    }

    @Test
    default void aWatchTellsOfTheConnectionAndOfChangesUntilItIsClosed() {
        RecordedWatch seen = new RecordedWatch();
        SandboxRuntime.Watch watch = runtime().watch(seen);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(seen.timesConnected()).isEqualTo(1));

        Sandbox sandbox = launched(aSpec().entrypoint("sh", "-c", "exit 1"));
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(seen.changes()).contains(sandbox.id()));

        watch.close();
        exitOf(sandbox);
        List<SandboxId> before = new ArrayList<>(seen.changes());
        runtime().remove(sandbox.id());
        watch.close();
        assertThat(seen.changes()).isEqualTo(before);
    }

    @Test
    default void onlyARunningSandboxHasAnAddressAndOneOfItsOwn() {
        Sandbox running = launched(aSpec());
        Sandbox ended = launched(aSpec().entrypoint("sh", "-c", "exit 1"));
        exitOf(ended);

        assertThat(runtime().findAddress(running.id(), 8000))
                .hasValueSatisfying(address -> assertThat(address.getPort()).isEqualTo(8000))
                .hasValueSatisfying(address ->
                        assertThat(address.getAddress().isAnyLocalAddress()).isFalse());
        assertThat(runtime().findAddress(ended.id(), 8000)).isEmpty();
        assertThat(runtime().findAddress(anId(), 8000)).isEmpty();
        assertThat(runtimeOfAnotherInstance().findAddress(running.id(), 8000)).isEmpty();
    }

    @Test
    default void aPreparedNetworkWaitsForItsSandbox() {
        Sandbox sandbox = aSandbox();

        runtime().prepareNetwork(sandbox);
        runtime().prepareNetwork(sandbox);
        runtime().launch(sandbox);

        assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Running.class);
    }

    @Test
    default void aPreparedNetworkIsRemovedWithItsSandbox() {
        Sandbox sandbox = aSandbox();
        runtime().prepareNetwork(sandbox);

        runtime().remove(sandbox.id());

        assertThat(runtime().observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
        assertThat(runtime().observeAll()).extracting(ObservedSandbox::id).doesNotContain(sandbox.id());
    }

    @Test
    default void nothingIsEnforcedOnOrDecidedForASandboxThatIsNotThere() {
        runtime().enforce(aSandbox());

        assertThat(runtime().decisions(anId(), null, 10).recent()).isEmpty();
        assertThat(runtime().observe(anId())).isInstanceOf(Observation.Missing.class);
    }

    @Test
    default void withoutAnEngineEveryCallSaysSo() {
        SandboxRuntime away = runtimeWithoutEngine();
        Stream.<Runnable>of(
                        away::capabilities,
                        () -> away.admit(aSpec().build()),
                        () -> away.hasImage(Specs.IMAGE, null),
                        () -> away.pullImage(anId(), Specs.IMAGE, null, null, _ -> {}),
                        () -> away.launch(aSandbox()),
                        () -> away.pause(anId()),
                        () -> away.resume(anId()),
                        () -> away.remove(anId()),
                        () -> away.observe(anId()),
                        () -> away.findLog(anId(), new LogSelection(1, 1, null)),
                        () -> away.findAddress(anId(), 80),
                        away::observeAll)
                .forEach(call -> assertThatThrownBy(call::run).isInstanceOf(RuntimeUnavailable.class));
    }
}
