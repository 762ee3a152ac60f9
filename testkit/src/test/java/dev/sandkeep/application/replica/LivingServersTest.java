package dev.sandkeep.application.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.testkit.fake.InMemoryLeases;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LivingServersTest {

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final InMemoryLeases leases = new InMemoryLeases(clock);
    private final LivingServers living = LivingServers.of(
            leases,
            "one",
            () -> Duration.between(Sandboxes.NOW, clock.instant()).toNanos());

    private void live(String server) {
        assertThat(leases.tryAcquire(ProvisioningClaims.LIFE + server, server, Duration.ofSeconds(10)))
                .isPresent();
    }

    @Test
    void aServerLivesAsLongAsItsLease() {
        live("two");
        assertThat(living.look()).isEmpty();
        assertThat(living.lives("two")).isTrue();
        assertThat(living.lives("three")).isFalse();
        clock.advance(Duration.ofSeconds(10));

        assertThat(living.look()).containsExactly("two");

        assertThat(living.lives("two")).isFalse();
        assertThat(living.look()).isEmpty();
    }

    @Test
    void aServerThatBeganSinceTheLastLookIsNotTakenForDead() {
        assertThat(living.look()).isEmpty();

        live("two");

        assertThat(living.lives("two")).isTrue();
    }

    @Test
    void aServerNeverTakesItselfForDead() {
        live("one");
        assertThat(living.look()).isEmpty();
        clock.advance(Duration.ofSeconds(10));

        assertThat(living.look()).isEmpty();

        assertThat(living.lives("one")).isTrue();
    }

    /** What is removed because its server is dead would be missed by one that lives. */
    @Test
    void whereNothingIsKnownNobodyIsTakenForDead() {
        assertThat(living.lives("two")).isTrue();
        assertThat(living.look()).isEmpty();
        assertThat(living.lives("two")).isFalse();
        leases.goAway();
        clock.advance(Duration.ofSeconds(6));

        assertThatThrownBy(living::look).isInstanceOf(IllegalStateException.class);

        assertThat(living.lives("two")).isTrue();
    }

    @Test
    void theOnlyServerIsTheOnlyOneThatLives() {
        LivingServers only = LivingServers.ofOnlyServer("one");

        assertThat(only.look()).isEmpty();
        assertThat(only.lives("one")).isTrue();
        assertThat(only.lives("two")).isFalse();
    }
}
