package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pause does to the processes of a container, as the kernel of the engine's host tells. */
class PausedContainerIT {

    private static final Duration SOON = Duration.ofMinutes(1);

    private final TestEngine engine = new TestEngine();

    @TempDir
    private Path directory;

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        engine.close();
    }

    @Test
    void itsProcessesStandStillAndGoOnWithWhatTheyHadInMemory() {
        DockerSandboxRuntime runtime = engine.runtime();
        Sandbox sandbox =
                aSandbox(aSpec().entrypoint("sh", "-c", "n=0; while true; do n=$((n+1)); echo $n; sleep 0.05; done"));
        runtime.launch(sandbox);
        await().atMost(SOON).until(() -> lines(sandbox).size() > 3);

        runtime.pause(sandbox.id());
        int whenPaused = lines(sandbox).size();
        // Long enough for many lines, had it gone on.
        await().during(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> lines(sandbox).size() == whenPaused);

        runtime.resume(sandbox.id());
        await().atMost(SOON).until(() -> lines(sandbox).size() > whenPaused + 3);
        List<String> all = lines(sandbox);
        assertThat(all.getLast()).as("it went on counting").isEqualTo(Integer.toString(all.size()));
    }

    @Test
    void itsSidecarGoesOn() {
        DockerSandboxRuntime runtime = engine.runtime(TestEngine.guarded(engine.instance(), TestEngine.ADDRESS));
        Sandbox sandbox = aSandbox();
        runtime.prepareNetwork(sandbox);
        runtime.launch(sandbox);

        runtime.pause(sandbox.id());

        InspectContainerResponse sidecar = engine.raw()
                .inspectContainerCmd(SidecarSpecs.nameOf(sandbox.id()))
                .exec();
        assertThat(sidecar.getState().getPaused()).isFalse();
        assertThat(sidecar.getState().getRunning()).isTrue();
        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Paused.class);
        runtime.remove(sandbox.id());
        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
    }

    /** As runc does with processes that start others meanwhile. */
    @Test
    void anEngineThatGivesUpIsAskedAgainAFewTimes() throws IOException {
        try (EngineRelay relay = new EngineRelay(directory)) {
            DockerSandboxRuntime runtime =
                    engine.runtime(TestEngine.config(engine.instance(), relay.address(), List.of()));
            Sandbox sandbox = aSandbox();
            runtime.launch(sandbox);

            relay.refuse("/pause", 2);
            runtime.pause(sandbox.id());
            assertThat(relay.refusalsLeft()).isZero();
            assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Paused.class);

            relay.refuse("/unpause", 100);
            assertThatThrownBy(() -> runtime.resume(sandbox.id()))
                    .isInstanceOf(RuntimeUnavailable.class)
                    .hasMessageContaining("it cannot");
            assertThat(relay.refusalsLeft()).isEqualTo(97);
            assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Paused.class);
        }
    }

    private List<String> lines(Sandbox sandbox) {
        return engine.logOf(sandbox.id()).lines().toList();
    }
}
