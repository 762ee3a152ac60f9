package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the files of snapshots where the {@link SandboxRuntime} can make sandboxes of them. A port of its own: it is
 * about what outlives every sandbox, and a runtime may have none (see {@link RuntimeCapability#SNAPSHOTS}).
 *
 * <p>Every method blocks, is thread-safe, and throws {@link
 * dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable} if the engine cannot be reached or does not answer in
 * time; then nothing may be concluded about any snapshot. A store sees and touches only what it made itself under its own
 * instance name.
 */
public interface SnapshotStore {

    /**
     * Saves the files that the snapshot's sandbox has now, and returns when they are safe. The processes of the sandbox
     * stand still meanwhile and go on afterwards; the sandbox is not observed as paused for it. Files only: nothing of
     * its environment and labels is kept, nor what is in its volumes. Idempotent: what an earlier, interrupted call
     * began is finished, and files that are saved already are left as they are.
     *
     * @throws dev.sandkeep.domain.snapshot.SnapshotException.SaveFailed if they cannot be saved, in time or at all; what
     *     was begun is undone then, or found by {@link #list} later
     */
    DiskUse save(Snapshot snapshot);

    /**
     * Removes the files of a snapshot, and what an interrupted {@link #save} left. Idempotent; an unknown id is fine.
     *
     * @return whether nothing is left; false if a sandbox that was made of it still needs the files. Then it keeps them,
     *     and the call is to be repeated
     */
    boolean remove(SnapshotId id);

    /** What is there of a snapshot now; nothing for an unknown id. */
    Optional<SavedSnapshot> find(SnapshotId id);

    /** What is there of all snapshots of this instance, one entry each, in no order. */
    List<SavedSnapshot> list();

    /**
     * A snapshot as the store shows it.
     *
     * @param complete whether its files are all there, so that sandboxes can be made of it
     * @param leftovers whether there is something that an interrupted {@link #save} left
     * @param adoptable the snapshot as the store's own notes describe it, so that a server that lost its records can take
     *     it over; null if it is not complete, or the notes cannot be read
     */
    record SavedSnapshot(
            SnapshotId id,
            boolean complete,
            boolean leftovers,
            @Nullable Snapshot adoptable) {}
}
