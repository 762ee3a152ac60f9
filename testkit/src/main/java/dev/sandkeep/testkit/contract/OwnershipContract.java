package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.Ownership;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.admission.Quota;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.Overloaded;
import dev.sandkeep.domain.sandbox.SandboxException.QuotaExceeded;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.domain.sandbox.StopCause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxRepository} promises about whose sandboxes are and how many an owner may have. */
public interface OwnershipContract {

    /** The repository under test; the same one throughout a test. */
    SandboxRepository repository();

    private static Ownership of(String owner, int sandboxes) {
        return new Ownership(owner, new Quota(sandboxes, null, null, null));
    }

    private static Sandbox at(Instant createdAt) {
        return Sandbox.request(anId(), aSpec().build(), Duration.ofHours(1), createdAt);
    }

    private static Sandbox limited(String cpu, String memory) {
        return aSandbox(aSpec().limit("cpu", cpu).limit("memory", memory));
    }

    /** Whether it was added. */
    private boolean tryToAdd(Sandbox sandbox, Ownership ownership) {
        try {
            repository().add(sandbox, null, ownership);
            return true;
        } catch (QuotaExceeded | Overloaded refused) {
            return false;
        }
    }

    @Test
    default void theOwnerIsKept() {
        Sandbox owned = aSandbox();
        Sandbox nobodys = aSandbox();
        repository().add(owned, null, new Ownership("alice", Quota.none()));
        repository().add(nobodys, null);
        repository().save(owned.started(NOW));
        assertThat(repository().findOwner(owned.id())).contains("alice");
        assertThat(repository().findOwner(nobodys.id())).isEmpty();
        assertThat(repository().findOwner(anId())).isEmpty();
    }

    @Test
    default void anOwnerHasNoMoreSandboxesThanAllowed() {
        repository().add(aSandbox(), null, of("alice", 2));
        repository().add(aSandbox(), null, of("alice", 2));
        Sandbox third = aSandbox();
        assertThatThrownBy(() -> repository().add(third, null, of("alice", 2)))
                .isInstanceOf(QuotaExceeded.class)
                .hasMessageContaining("may have 2")
                .hasMessageContaining("has 2");
        assertThat(repository().find(third.id())).isEmpty();
    }

    @Test
    default void ownersDoNotShareAQuota() {
        repository().add(aSandbox(), null, of("alice", 1));
        repository().add(aSandbox(), null);
        assertThatCode(() -> repository().add(aSandbox(), null, of("bob", 1))).doesNotThrowAnyException();
    }

    @Test
    default void aSandboxThatEndedMakesRoomAndOneThatIsStoppingDoesNot() {
        Sandbox first = aSandbox();
        repository().add(first, null, of("alice", 1));
        Sandbox stopping = repository().save(first.beginStop(StopCause.USER_DELETE, NOW));
        assertThat(tryToAdd(aSandbox(), of("alice", 1))).isFalse();
        repository().save(stopping.stopped(NOW));
        assertThat(tryToAdd(aSandbox(), of("alice", 1))).isTrue();
    }

    @Test
    default void theSumsOfCpuAndMemoryAreLimited() {
        Ownership alice = new Ownership("alice", new Quota(null, null, 1_000_000_000L, 1L << 30));
        repository().add(limited("600m", "256Mi"), null, alice);
        assertThatThrownBy(() -> repository().add(limited("500m", "256Mi"), null, alice))
                .isInstanceOf(QuotaExceeded.class)
                .hasMessageContaining("cpu")
                .hasMessageContaining("1 cores")
                .hasMessageContaining("0.6 cores")
                .hasMessageContaining("0.5 cores");
        assertThatThrownBy(() -> repository().add(limited("400m", "1Gi"), null, alice))
                .isInstanceOf(QuotaExceeded.class)
                .hasMessageContaining("memory")
                .hasMessageContaining("1024Mi")
                .hasMessageContaining("256Mi");
        assertThat(tryToAdd(limited("400m", "768Mi"), alice)).isTrue();
    }

    @Test
    default void aSandboxWithoutALimitIsRefusedWhereTheSumIsLimited() {
        Ownership alice = new Ownership("alice", new Quota(null, null, null, 1L << 30));
        assertThatThrownBy(() -> repository().add(at(NOW), null, alice))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("resourceLimits.memory");
    }

    @Test
    default void createsAreCountedForAMinuteWhetherTheSandboxEndedOrNot() {
        Ownership alice = new Ownership("alice", new Quota(null, 2, null, null));
        Sandbox first = at(NOW);
        repository().add(first, null, alice);
        repository().save(first.beginStop(StopCause.USER_DELETE, NOW).stopped(NOW));
        repository().add(at(NOW.plusSeconds(20)), null, alice);
        assertThatThrownBy(() -> repository().add(at(NOW.plusSeconds(50)), null, alice))
                .isInstanceOfSatisfying(
                        Overloaded.class,
                        refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(11)))
                .hasMessageContaining("may create 2")
                .hasMessageContaining("has created 2");
        assertThat(tryToAdd(at(NOW.plusSeconds(60)), alice)).isTrue();
    }

    @Test
    default void ofConcurrentAddsNoneIsOneTooMany() {
        List<Boolean> added = Concurrently.run(16, _ -> () -> tryToAdd(aSandbox(), of("alice", 5)));
        assertThat(added).filteredOn(yes -> yes).hasSize(5);
        assertThat(repository().listLive()).hasSize(5);
    }

    @Test
    default void ofConcurrentCreatesNoneIsOneTooMany() {
        Ownership alice = new Ownership("alice", new Quota(null, 5, null, null));
        List<Boolean> added = Concurrently.run(16, _ -> () -> tryToAdd(at(NOW), alice));
        assertThat(added).filteredOn(yes -> yes).hasSize(5);
    }

    @Test
    default void theLiveSandboxesAreCountedByTheirState() {
        repository().add(aSandbox(), null);
        repository().add(aSandbox(), null);
        Sandbox running = aSandbox();
        repository().add(running, null);
        repository().save(running.started(NOW));
        Sandbox ended = aSandbox();
        repository().add(ended, null);
        repository().save(ended.beginStop(StopCause.USER_DELETE, NOW).stopped(NOW));
        assertThat(repository().countLive())
                .isEqualTo(Map.of(SandboxState.Kind.PENDING, 2, SandboxState.Kind.RUNNING, 1));
    }
}
