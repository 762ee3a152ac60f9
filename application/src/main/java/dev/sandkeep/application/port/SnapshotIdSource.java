package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SnapshotId;

/** Gives every new snapshot an id that was never given before. Thread-safe. */
public interface SnapshotIdSource {

    SnapshotId next();
}
