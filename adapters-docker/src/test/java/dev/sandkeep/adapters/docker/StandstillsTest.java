package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StandstillsTest {

    private static final Observation PAUSED = new Observation.Paused();

    private final Standstills standstills = new Standstills(Duration.ofMillis(50));
    private final SandboxId id = anId();

    @Test
    void whatStandsStillForASnapshotIsSeenRunning() {
        Observation seen = standstills.during(id, () -> standstills.seen(id, PAUSED));

        assertThat(seen).isEqualTo(new Observation.Running());
    }

    @Test
    void afterwardsAPauseIsAPause() {
        standstills.during(id, () -> "saved");

        assertThat(standstills.seen(id, PAUSED)).isEqualTo(PAUSED);
    }

    @Test
    void nobodyPausesWhatIsBeingSaved() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch tried = new CountDownLatch(1);
        CompletableFuture<Void> saving = CompletableFuture.runAsync(() -> standstills.save(id, () -> {
            begun.countDown();
            await(tried);
            return "saved";
        }));
        await(begun);

        assertThatThrownBy(() -> standstills.change(id, () -> {})).isInstanceOf(RuntimeUnavailable.class);

        tried.countDown();
        saving.join();
        assertThatCode(() -> standstills.change(id, () -> {})).doesNotThrowAnyException();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void othersAreSeenAsTheyAre() {
        SandboxId other = anId();

        assertThat(standstills.during(id, () -> standstills.seen(other, PAUSED)))
                .isEqualTo(PAUSED);
        assertThat(standstills.during(id, () -> standstills.seen(id, new Observation.Missing())))
                .isEqualTo(new Observation.Missing());
    }
}
