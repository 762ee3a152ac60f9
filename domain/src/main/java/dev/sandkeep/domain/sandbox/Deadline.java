package dev.sandkeep.domain.sandbox;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a sandbox ends by itself.
 *
 * @param at the moment it is due
 * @param stoppedAt since when time does not count, or null while it does; until it counts again, nothing is due
 */
public record Deadline(Instant at, @Nullable Instant stoppedAt) {

    /** A deadline towards which time counts. */
    public static Deadline at(Instant at) {
        return new Deadline(at, null);
    }

    boolean isDue(Instant now) {
        return stoppedAt == null && !now.isBefore(at);
    }

    /** Time stops counting, unless it did already. */
    Deadline stopped(Instant now) {
        return stoppedAt == null ? new Deadline(at, now) : this;
    }

    /** Time counts again: the deadline is later by as much as did not count. */
    Deadline restarted(Instant now) {
        return stoppedAt == null ? this : at(at.plus(Duration.between(stoppedAt, now)));
    }

    /** Moved to another moment; what did not count before this does not move it once more. */
    Deadline movedTo(Instant another, Instant now) {
        return new Deadline(another, stoppedAt == null ? null : now);
    }
}
