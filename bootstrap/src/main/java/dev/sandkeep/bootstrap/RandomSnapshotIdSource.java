package dev.sandkeep.bootstrap;

import dev.sandkeep.application.port.SnapshotIdSource;
import dev.sandkeep.domain.sandbox.SnapshotId;
import java.util.UUID;

/** Random ids that cannot be guessed. Thread-safe. */
final class RandomSnapshotIdSource implements SnapshotIdSource {

    @Override
    public SnapshotId next() {
        return SnapshotId.of(UUID.randomUUID());
    }
}
