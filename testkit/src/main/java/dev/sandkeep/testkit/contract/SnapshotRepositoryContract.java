package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Snapshots.DISK_USE;
import static dev.sandkeep.testkit.fixture.Snapshots.aDeletingSnapshot;
import static dev.sandkeep.testkit.fixture.Snapshots.aFailedSnapshot;
import static dev.sandkeep.testkit.fixture.Snapshots.aReadySnapshot;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshot;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshotId;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshotOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SnapshotQuery;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.domain.admission.SnapshotQuota;
import dev.sandkeep.domain.sandbox.SandboxException.QuotaExceeded;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException;
import dev.sandkeep.domain.snapshot.SnapshotName;
import dev.sandkeep.domain.snapshot.SnapshotReason;
import dev.sandkeep.domain.snapshot.SnapshotState;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link SnapshotRepository} promises. An implementation gives each test one that is empty. */
public interface SnapshotRepositoryContract {

    SnapshotRepository snapshots();

    private Snapshot added(Snapshot snapshot) {
        snapshots().add(snapshot);
        return snapshot;
    }

    static Stream<Snapshot> inEveryState() {
        return Stream.of(aSnapshot(), aReadySnapshot(), aDeletingSnapshot(), aFailedSnapshot());
    }

    @ParameterizedTest
    @MethodSource("inEveryState")
    default void aSnapshotComesBackAsItWasAdded(Snapshot snapshot) {
        added(snapshot);

        assertThat(snapshots().find(snapshot.id())).hasValueSatisfying(found -> {
            assertThat(found.id()).isEqualTo(snapshot.id());
            assertThat(found.sandboxId()).isEqualTo(snapshot.sandboxId());
            assertThat(found.name()).isEqualTo(snapshot.name());
            assertThat(found.state()).isEqualTo(snapshot.state());
            assertThat(found.createdAt()).isEqualTo(snapshot.createdAt());
        });
    }

    @Test
    default void aSnapshotThatWasNeverAddedIsNotFound() {
        assertThat(snapshots().find(aSnapshotId())).isEmpty();
    }

    @Test
    default void aSnapshotIdIsAddedOnce() {
        Snapshot snapshot = added(aSnapshot());

        assertThatThrownBy(() -> snapshots().add(snapshot)).isInstanceOf(RuntimeException.class);
    }

    @Test
    default void aChangeIsStoredUnderANewVersion() {
        Snapshot snapshot = added(aSnapshot());

        Snapshot saved = snapshots().save(snapshot.saved(DISK_USE, NOW.plusSeconds(1)));

        assertThat(saved.version()).isEqualTo(snapshot.version() + 1);
        assertThat(snapshots().find(snapshot.id()).map(Snapshot::state)).hasValue(saved.state());
    }

    @Test
    default void aStaleChangeIsRefused() {
        Snapshot snapshot = added(aSnapshot());
        snapshots().save(snapshot.saved(DISK_USE, NOW));

        assertThatThrownBy(() ->
                        snapshots().save(snapshot.saveFailed(SnapshotReason.SNAPSHOT_RUNTIME_FAILED, "late", NOW)))
                .isInstanceOf(SnapshotException.Stale.class);
    }

    @Test
    default void aForgottenSnapshotIsGoneAndCannotBeChanged() {
        Snapshot snapshot = added(aReadySnapshot());

        snapshots().forget(snapshot.id());
        snapshots().forget(snapshot.id());

        assertThat(snapshots().find(snapshot.id())).isEmpty();
        assertThatThrownBy(() -> snapshots().save(snapshot.beginDelete(NOW)))
                .isInstanceOf(SnapshotException.Stale.class);
    }

    @Test
    default void anUpdateDecidesOnWhatIsStored() {
        Snapshot snapshot = added(aSnapshot());
        snapshots().save(snapshot.saved(DISK_USE, NOW));

        assertThat(snapshots().update(snapshot.id(), current -> current.beginDelete(NOW)))
                .hasValueSatisfying(updated -> assertThat(updated.state()).isInstanceOf(SnapshotState.Deleting.class));
        assertThat(snapshots().update(aSnapshotId(), current -> current.beginDelete(NOW)))
                .isEmpty();
    }

    @Test
    default void thoseBeingCreatedAreCountedAndListedTheOldestFirst() {
        Snapshot second = added(at(NOW.plusSeconds(1), anId(), "second"));
        Snapshot first = added(at(NOW, anId(), "first"));
        added(aReadySnapshot());
        added(aFailedSnapshot());

        assertThat(snapshots().countCreating()).isEqualTo(2);
        assertThat(snapshots().listCreating(10)).containsExactly(first.id(), second.id());
        assertThat(snapshots().listCreating(1)).containsExactly(first.id());
    }

    @Test
    default void allAreListedWhateverTheirState() {
        List<SnapshotId> all = inEveryState().map(this::added).map(Snapshot::id).toList();

        assertThat(snapshots().listAll()).extracting(Snapshot::id).containsExactlyInAnyOrderElementsOf(all);
    }

    private static Snapshot at(Instant time, SandboxId sandbox, @Nullable String name) {
        return Snapshot.request(aSnapshotId(), sandbox, name == null ? null : new SnapshotName(name), time);
    }

    private static SnapshotQuery page(int page, int size) {
        return new SnapshotQuery(null, null, Set.of(), page, size);
    }

    @Test
    default void oneThatIsBeyondTheQuotaIsNotAdded() {
        SnapshotQuota two = new SnapshotQuota(2);
        snapshots().add(aFailedSnapshot(), two);
        Snapshot second = aReadySnapshot();
        snapshots().add(second, two);
        Snapshot third = aSnapshot();

        assertThatThrownBy(() -> snapshots().add(third, two))
                .isInstanceOf(QuotaExceeded.class)
                .hasMessageContaining("2 at most");

        assertThat(snapshots().find(third.id())).isEmpty();
        snapshots().forget(second.id());
        snapshots().add(third, two);
        assertThat(snapshots().find(third.id())).isPresent();
    }

    @Test
    default void theQuotaHoldsForAnyNumberAtAMoment() {
        SnapshotQuota three = new SnapshotQuota(3);

        List<Boolean> added = Concurrently.run(8, _ -> () -> {
            try {
                snapshots().add(aSnapshot(), three);
                return true;
            } catch (QuotaExceeded refused) {
                return false;
            }
        });

        assertThat(added).containsExactlyInAnyOrder(true, true, true, false, false, false, false, false);
        assertThat(snapshots().listAll()).hasSize(3);
    }

    @Test
    default void pagesAreTheNewestFirst() {
        Snapshot oldest = added(at(NOW, anId(), null));
        Snapshot middle = added(at(NOW.plusSeconds(1), anId(), null));
        Snapshot newest = added(at(NOW.plusSeconds(2), anId(), null));

        Page<Snapshot> first = snapshots().list(page(1, 2));
        assertThat(first.items()).extracting(Snapshot::id).containsExactly(newest.id(), middle.id());
        assertThat(first.totalItems()).isEqualTo(3);
        assertThat(snapshots().list(page(2, 2)).items())
                .extracting(Snapshot::id)
                .containsExactly(oldest.id());
        assertThat(snapshots().list(page(3, 2)).items()).isEmpty();
    }

    @Test
    default void filtersAreCombined() {
        SandboxId sandbox = anId();
        Snapshot wanted = added(at(NOW, sandbox, "a"));
        added(at(NOW, sandbox, "b"));
        added(at(NOW, sandbox, null));
        added(at(NOW, anId(), "a"));
        added(aSnapshotOf(sandbox).saved(DISK_USE, NOW));

        SnapshotQuery query = new SnapshotQuery(sandbox, "a", EnumSet.of(SnapshotState.Kind.CREATING), 1, 10);

        assertThat(snapshots().list(query).items()).extracting(Snapshot::id).containsExactly(wanted.id());
        assertThat(snapshots()
                        .list(new SnapshotQuery(
                                sandbox,
                                null,
                                EnumSet.of(SnapshotState.Kind.CREATING, SnapshotState.Kind.READY),
                                1,
                                10))
                        .totalItems())
                .isEqualTo(4);
    }
}
