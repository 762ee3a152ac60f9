package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SnapshotIdSource;
import dev.sandkeep.domain.sandbox.SnapshotId;
import java.util.concurrent.atomic.AtomicLong;

/** Ids that can be told apart by eye, in ascending order. Thread-safe. */
public final class SequentialSnapshotIdSource implements SnapshotIdSource {

    private final AtomicLong last = new AtomicLong();

    @Override
    public SnapshotId next() {
        return new SnapshotId("00000000-0000-4000-9000-%012d".formatted(last.incrementAndGet()));
    }
}
