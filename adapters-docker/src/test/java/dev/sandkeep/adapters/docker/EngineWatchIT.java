package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.port.SandboxRuntime.Watch;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.testkit.contract.RecordedWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineWatchIT {

    private final TestEngine engine = new TestEngine();
    private final RecordedWatch seen = new RecordedWatch();

    @TempDir
    private Path directory;

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        engine.close();
    }

    @Test
    void aFreezeAndAThawBehindTheServersBackAreTold() {
        DockerSandboxRuntime runtime = engine.runtime();
        Sandbox sandbox = aSandbox(aSpec());
        runtime.launch(sandbox);
        try (Watch _ = runtime.watch(seen)) {
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(seen.timesConnected()).isEqualTo(1));
            int before = seen.changes().size();

            engine.raw().pauseContainerCmd(ContainerSpecs.nameOf(sandbox.id())).exec();
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(seen.changes()).hasSizeGreaterThan(before));
            int paused = seen.changes().size();
            engine.raw()
                    .unpauseContainerCmd(ContainerSpecs.nameOf(sandbox.id()))
                    .exec();

            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(seen.changes()).hasSizeGreaterThan(paused));
            assertThat(seen.changes()).containsOnly(sandbox.id());
        }
    }

    @Test
    void aBrokenConnectionIsToldAndMadeAgain() throws IOException {
        try (EngineRelay relay = new EngineRelay(directory)) {
            DockerSandboxRuntime runtime =
                    engine.runtime(TestEngine.config(engine.instance(), relay.address(), List.of()));
            try (Watch _ = runtime.watch(seen)) {
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(seen.timesConnected()).isEqualTo(1));

                relay.goAway();
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(
                                () -> assertThat(seen.timesDisconnected()).isEqualTo(1));
                relay.comeBack();

                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(seen.timesConnected()).isEqualTo(2));
                Sandbox sandbox = aSandbox(aSpec());
                runtime.launch(sandbox);
                engine.raw()
                        .pauseContainerCmd(ContainerSpecs.nameOf(sandbox.id()))
                        .exec();
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(seen.changes()).contains(sandbox.id()));
            }
        }
    }
}
