package dev.sandkeep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.Leases.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link Leases} promises. An implementation gives each test one that is empty. */
public interface LeasesContract {

    Duration TEN = Duration.ofSeconds(10);

    Leases leases();

    /** Lets that much time pass where the leases are kept. */
    void passLeaseTime(Duration time);

    private Lease acquire(String name, String holder) {
        return leases().tryAcquire(name, holder, TEN).orElseThrow();
    }

    @Test
    default void aLeaseHasOneHolder() {
        Lease lease = acquire("expiry", "one");

        assertThat(lease.name()).isEqualTo("expiry");
        assertThat(lease.holder()).isEqualTo("one");
        assertThat(leases().tryAcquire("expiry", "two", TEN)).isEmpty();
        assertThat(leases().tryAcquire("purge", "two", TEN)).isPresent();
    }

    @Test
    default void ofManyThatWantItOneGetsIt() {
        List<Boolean> got = Concurrently.run(
                8, n -> () -> leases().tryAcquire("expiry", "server-" + n, TEN).isPresent());

        assertThat(got).containsOnlyOnce(true);
    }

    @Test
    default void ofManyThatWantOneThatEndedOneGetsIt() {
        leases().release(acquire("expiry", "another"));

        List<Boolean> got = Concurrently.run(
                8, n -> () -> leases().tryAcquire("expiry", "server-" + n, TEN).isPresent());

        assertThat(got).containsOnlyOnce(true);
    }

    @Test
    default void aLeaseThatIsNotRenewedEnds() {
        Lease lease = acquire("expiry", "one");
        passLeaseTime(Duration.ofSeconds(9));
        assertThat(leases().tryAcquire("expiry", "two", TEN)).isEmpty();

        passLeaseTime(Duration.ofSeconds(1));

        assertThat(leases().renew(lease, TEN)).isFalse();
        assertThat(leases().tryAcquire("expiry", "two", TEN)).isPresent();
        assertThat(leases().renew(lease, TEN)).isFalse();
    }

    @Test
    default void aLeaseThatIsRenewedStays() {
        Lease lease = acquire("expiry", "one");
        for (int i = 0; i < 3; i++) {
            passLeaseTime(Duration.ofSeconds(9));
            assertThat(leases().renew(lease, TEN)).isTrue();
        }

        assertThat(leases().tryAcquire("expiry", "two", TEN)).isEmpty();
    }

    @Test
    default void aLeaseThatIsGivenBackIsFreeAtOnce() {
        Lease lease = acquire("expiry", "one");

        leases().release(lease);

        assertThat(leases().renew(lease, TEN)).isFalse();
        assertThat(leases().tryAcquire("expiry", "two", TEN)).isPresent();
    }

    @Test
    default void whoLostItCannotGiveItBack() {
        Lease old = acquire("expiry", "one");
        passLeaseTime(TEN);
        Lease current = acquire("expiry", "two");

        leases().release(old);

        assertThat(leases().renew(current, TEN)).isTrue();
    }

    @Test
    default void everyLeaseHasAGreaterTokenThanTheOnesBefore() {
        Lease first = acquire("expiry", "one");
        leases().release(first);
        Lease second = acquire("expiry", "two");
        passLeaseTime(TEN);
        Lease third = acquire("expiry", "two");
        passLeaseTime(TEN);
        assertThat(leases().purge(Duration.ZERO)).isEqualTo(1);
        Lease fourth = acquire("expiry", "one");

        assertThat(List.of(first, second, third, fourth))
                .extracting(Lease::token)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    /** As after an answer that was lost. */
    @Test
    default void whoHoldsItMayTakeItAnew() {
        Lease old = acquire("expiry", "one");

        Lease current = acquire("expiry", "one");

        assertThat(current.token()).isGreaterThan(old.token());
        assertThat(leases().renew(old, TEN)).isFalse();
        assertThat(leases().renew(current, TEN)).isTrue();
    }

    @Test
    default void thoseThatAreHeldAreListedByTheirBeginning() {
        acquire("server/a", "a");
        passLeaseTime(Duration.ofSeconds(6));
        acquire("server/b", "b");
        leases().release(acquire("server/c", "c"));
        acquire("expiry", "a");

        assertThat(leases().listHeld("server/")).containsExactlyInAnyOrder("server/a", "server/b");
        passLeaseTime(Duration.ofSeconds(5));
        assertThat(leases().listHeld("server/")).containsExactly("server/b");
    }

    @Test
    default void onlyWhatEndedLongAgoIsForgotten() {
        Lease held = acquire("server/a", "a");
        leases().release(acquire("server/b", "b"));
        assertThat(leases().purge(Duration.ofMinutes(1))).isZero();
        passLeaseTime(Duration.ofSeconds(5));
        assertThat(leases().renew(held, Duration.ofMinutes(2))).isTrue();

        passLeaseTime(Duration.ofMinutes(1));

        assertThat(leases().purge(Duration.ofMinutes(1))).isEqualTo(1);
        assertThat(leases().renew(held, TEN)).isTrue();
    }

    @Test
    default void aNameThatNobodyHasIsHeldByNobody() {
        assertThat(leases().listHeld("")).isEmpty();
        assertThat(leases().renew(new Lease("expiry", "one", 1), TEN)).isFalse();
        leases().release(new Lease("expiry", "one", 1));
        assertThat(leases().tryAcquire("expiry", "two", TEN)).isNotEqualTo(Optional.empty());
    }
}
