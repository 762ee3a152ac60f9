package dev.sandkeep.domain.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.SnapshotState.Kind;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SnapshotTest {

    private static final Instant BEFORE = Instant.parse("2030-01-01T12:00:00Z");
    private static final Instant NOW = Instant.parse("2030-01-01T12:00:07Z");
    private static final SnapshotId ID = new SnapshotId("11111111-1111-4111-8111-111111111111");
    private static final SandboxId SANDBOX = new SandboxId("22222222-2222-4222-8222-222222222222");
    private static final DiskUse DISK_USE = new DiskUse(200, 50);

    private static Snapshot in(Kind kind) {
        Snapshot creating = Snapshot.request(ID, SANDBOX, null, BEFORE);
        return switch (kind) {
            case CREATING -> creating;
            case READY -> creating.saved(DISK_USE, BEFORE);
            case DELETING -> creating.saved(DISK_USE, BEFORE).beginDelete(BEFORE);
            case FAILED -> creating.saveFailed(SnapshotReason.SNAPSHOT_RUNTIME_FAILED, "no space left", BEFORE);
        };
    }

    /** Every state and every event; an event that changes nothing returns the same object. */
    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource({
        "CREATING, saved, READY",
        "CREATING, saveFailed, FAILED",
        "CREATING, lost, same",
        "CREATING, beginDelete, refused",
        "READY, saved, same",
        "READY, saveFailed, same",
        "READY, lost, FAILED",
        "READY, beginDelete, DELETING",
        "DELETING, saved, same",
        "DELETING, saveFailed, same",
        "DELETING, lost, same",
        "DELETING, beginDelete, same",
        "FAILED, saved, same",
        "FAILED, saveFailed, same",
        "FAILED, lost, same",
        "FAILED, beginDelete, DELETING",
    })
    void everyEventInEveryState(Kind from, String event, String outcome) {
        Snapshot snapshot = in(from);
        switch (outcome) {
            case "same" -> assertThat(apply(snapshot, event)).isSameAs(snapshot);
            case "refused" ->
                assertThatThrownBy(() -> apply(snapshot, event))
                        .isInstanceOfSatisfying(
                                SnapshotException.IllegalTransition.class,
                                refused -> assertThat(refused.state()).isEqualTo(from));
            default -> {
                Snapshot changed = apply(snapshot, event);
                assertThat(changed.state().kind()).isEqualTo(Kind.valueOf(outcome));
                assertThat(changed.state().since()).isEqualTo(NOW);
                assertThat(changed.createdAt()).isEqualTo(BEFORE);
            }
        }
    }

    private static Snapshot apply(Snapshot snapshot, String event) {
        return switch (event) {
            case "saved" -> snapshot.saved(DISK_USE, NOW);
            case "saveFailed" -> snapshot.saveFailed(SnapshotReason.SNAPSHOT_RUNTIME_TIMEOUT, "too slow", NOW);
            case "lost" -> snapshot.lost(NOW);
            case "beginDelete" -> snapshot.beginDelete(NOW);
            default -> throw new IllegalArgumentException(event);
        };
    }

    @ParameterizedTest
    @EnumSource
    void onlyAReadyOneCanBeRestored(Kind kind) {
        if (kind == Kind.READY) {
            assertThatCode(() -> in(kind).requireReady()).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> in(kind).requireReady())
                    .isInstanceOf(SnapshotException.NotReady.class)
                    .hasMessageContaining(kind.word());
        }
    }

    @Test
    void aReadyOneKnowsWhatItTakesUp() {
        assertThat(in(Kind.READY).state())
                .isInstanceOfSatisfying(
                        SnapshotState.Ready.class,
                        ready -> assertThat(ready.diskUse()).isEqualTo(DISK_USE));
    }

    @Test
    void aFailedOneSaysWhy() {
        SnapshotState failed = in(Kind.FAILED).state();

        assertThat(failed.reason().word()).isEqualTo("snapshot_runtime_failed");
        assertThat(failed.message()).isEqualTo("no space left");
    }
}
