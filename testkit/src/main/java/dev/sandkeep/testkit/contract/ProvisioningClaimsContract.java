package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link ProvisioningClaims} promises. An implementation gives each test one that is empty. */
public interface ProvisioningClaimsContract {

    Duration LEASE = Duration.ofSeconds(10);

    Leases leases();

    /** Lets that much time pass where the leases are kept. */
    void passLeaseTime(Duration time);

    SandboxRepository repository();

    /** Adds a sandbox as the server of this name does. */
    void addAs(String server, Sandbox sandbox);

    /** The claims of the server of this name, on the same records. */
    ProvisioningClaims claimsOf(String server);

    private void live(String server) {
        assertThat(leases().tryAcquire(ProvisioningClaims.LIFE + server, server, LEASE))
                .isPresent();
    }

    private SandboxId addedBy(String server) {
        Sandbox sandbox = Sandboxes.aSandbox();
        addAs(server, sandbox);
        return sandbox.id();
    }

    private static Instant later() {
        return NOW.plusSeconds(3600);
    }

    @Test
    default void aSandboxIsOfTheServerThatAddedIt() {
        live("one");
        SandboxId id = addedBy("one");

        assertThat(claimsOf("two").isTaken(id)).isTrue();
        assertThat(claimsOf("two").claim(id)).isFalse();
        assertThat(claimsOf("two").listOpen(later(), 10)).isEmpty();
        assertThat(claimsOf("one").isTaken(id)).isFalse();
        assertThat(claimsOf("one").claim(id)).isTrue();
    }

    @Test
    default void whatADeadServerHadIsTakenOverOnce() {
        live("one");
        SandboxId id = addedBy("one");
        passLeaseTime(LEASE);
        live("two");
        assertThat(claimsOf("two").isTaken(id)).isFalse();
        assertThat(claimsOf("two").listOpen(NOW, 10)).containsExactly(id);

        assertThat(claimsOf("two").claim(id)).isTrue();

        live("one");
        assertThat(claimsOf("one").claim(id)).isFalse();
        assertThat(claimsOf("one").isTaken(id)).isTrue();
        assertThat(claimsOf("one").listOpen(later(), 10)).isEmpty();
    }

    @Test
    default void whatNobodyTookWhileAServerWasDeadIsStillItsOwn() {
        live("one");
        SandboxId id = addedBy("one");
        passLeaseTime(LEASE);
        live("one");

        assertThat(claimsOf("two").claim(id)).isFalse();
        assertThat(claimsOf("one").claim(id)).isTrue();
    }

    @Test
    default void ofManyServersThatClaimItOneGetsIt() {
        SandboxId id = addedBy("gone");
        for (int i = 0; i < 8; i++) {
            live("server-" + i);
        }

        List<Boolean> got =
                Concurrently.run(8, n -> () -> claimsOf("server-" + n).claim(id));

        assertThat(got).containsOnlyOnce(true);
    }

    @Test
    default void aSandboxThatIsNotPendingIsNobodys() {
        live("one");
        SandboxId id = addedBy("one");
        repository().update(id, sandbox -> sandbox.started(NOW));

        assertThat(claimsOf("one").claim(id)).isFalse();
        assertThat(claimsOf("two").isTaken(id)).isFalse();
        assertThat(claimsOf("one").listOpen(later(), 10)).isEmpty();
        assertThat(claimsOf("one").claim(Sandboxes.anId())).isFalse();
        assertThat(claimsOf("one").isTaken(Sandboxes.anId())).isFalse();
    }

    /** One that was just added may be on its way into the queue. */
    @Test
    default void whatAServerAddedLatelyIsNotOpenToItself() {
        live("one");
        SandboxId id = addedBy("one");

        assertThat(claimsOf("one").listOpen(NOW, 10)).isEmpty();
        assertThat(claimsOf("one").listOpen(NOW.plusSeconds(1), 10)).containsExactly(id);
    }

    @Test
    default void theOldestAreListedFirst() {
        SandboxId first = addedAt(NOW.minusSeconds(2));
        SandboxId second = addedAt(NOW.minusSeconds(1));
        addedAt(NOW);

        assertThat(claimsOf("two").listOpen(NOW, 2)).containsExactly(first, second);
    }

    private SandboxId addedAt(Instant createdAt) {
        Sandbox sandbox = Sandbox.request(Sandboxes.anId(), Specs.aSpec().build(), TIMEOUT, createdAt);
        addAs("one", sandbox);
        return sandbox.id();
    }
}
