package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import dev.sandkeep.testkit.fixture.Specs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each step of a launch is made to fail, and then nothing of the earlier steps may be left. */
final class LaunchUndoIT {

    private final TestEngine engine = new TestEngine();
    private final String volume = engine.instance() + "-volume";

    @TempDir
    private Path directory;

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        engine.close();
    }

    /** A sandbox with a volume that is made for it but not to go with it, the hardest kind to undo. */
    private Specs withVolume() {
        return aSpec().namedVolume(volume, true, false);
    }

    private void assertNothingIsLeft(Sandbox sandbox) {
        assertThat(engine.runtime().observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
        assertThat(engine.runtime().observeAll()).isEmpty();
        assertThat(engine.hasVolume(volume)).isFalse();
    }

    @Test
    void aSecondVolumeThatCannotBeMountedTakesTheFirstWithIt() {
        Sandbox sandbox = aSandbox(withVolume()
                .volume(new Volume.Named(
                        "part",
                        new MountPath("/part"),
                        false,
                        new SubPath("no/such/directory"),
                        engine.instance() + "-other",
                        true,
                        false)));

        assertThatThrownBy(() -> engine.runtime().launch(sandbox))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("volume part: subPath");

        assertNothingIsLeft(sandbox);
        assertThat(engine.hasVolume(engine.instance() + "-other")).isFalse();
    }

    @Test
    void aNetworkThatSomebodyElseMadeIsNotUsed() {
        engine.raw()
                .createNetworkCmd()
                .withName(ContainerSpecs.networkOf(engine.instance()))
                .withLabels(Map.of(ContainerLabels.INSTANCE, engine.instance()))
                .exec();
        Sandbox sandbox = aSandbox(withVolume());

        assertThatThrownBy(() -> engine.runtime().launch(sandbox))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("made by somebody else");

        assertNothingIsLeft(sandbox);
    }

    @Test
    void aContainerThatTheEngineRefusesLeavesNothing() {
        DockerConfig config = withRuntime("no-such-runtime");
        Sandbox sandbox = aSandbox(withVolume());

        assertThatThrownBy(() -> engine.runtime(config).launch(sandbox))
                .isInstanceOfSatisfying(
                        LaunchFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(StatusReason.RUNTIME_ERROR))
                .hasMessageContaining("no-such-runtime");

        assertNothingIsLeft(sandbox);
    }

    private DockerConfig withRuntime(String ociRuntime) {
        DockerConfig standard = engine.config();
        return new DockerConfig(
                standard.instance(),
                standard.engine(),
                List.of(),
                standard.defaultLimits(),
                ociRuntime,
                standard.gpu(),
                null,
                standard.callTimeout(),
                standard.launchTimeout(),
                standard.pullTimeout(),
                standard.snapshotTimeout());
    }

    /** A directory cannot be mounted over a file, which the engine finds out when it starts the container. */
    @Test
    void aContainerThatCannotBeStartedIsRemoved() {
        Sandbox sandbox = aSandbox(aSpec().volume(
                        new Volume.Named("data", new MountPath("/bin/busybox"), false, null, volume, true, false)));

        assertThatThrownBy(() -> engine.runtime().launch(sandbox)).isInstanceOf(LaunchFailed.class);

        assertNothingIsLeft(sandbox);
    }

    @Test
    void aStartThatTakesTooLongIsUndoneIfTheEngineStillAnswers() throws IOException {
        try (EngineRelay relay = new EngineRelay(directory)) {
            relay.swallow("/start");
            Sandbox sandbox = aSandbox(withVolume());

            assertThatThrownBy(() ->
                            engine.runtime(engine.impatient(relay.address())).launch(sandbox))
                    .isInstanceOfSatisfying(
                            LaunchFailed.class,
                            failed -> assertThat(failed.reason()).isEqualTo(StatusReason.PROVISION_TIMEOUT));

            assertNothingIsLeft(sandbox);
        }
    }

    /** Then it stays as it is, and the next call goes on with it. */
    @Test
    void aStartThatTheEngineDoesNotAnswerAtAllIsFinishedLater() throws IOException {
        try (EngineRelay relay = new EngineRelay(directory)) {
            Sandbox sandbox = aSandbox(withVolume());
            DockerSandboxRuntime runtime = engine.runtime(engine.impatient(relay.address()));
            runtime.capabilities();
            relay.swallow(" /");

            assertThatThrownBy(() -> runtime.launch(sandbox)).isInstanceOf(RuntimeUnavailable.class);
            relay.swallow("nothing at all");
            runtime.launch(sandbox);

            assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Running.class);
        }
    }
}
