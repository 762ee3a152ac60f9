package dev.sandkeep.application.lifecycle;

import dev.sandkeep.domain.problem.InvalidValue;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long a sandbox may live.
 *
 * @param most the longest timeout that may be asked for
 * @param endlessAllowed whether a sandbox may have no deadline at all
 */
public record LifetimePolicy(Duration most, boolean endlessAllowed) {

    public static final Duration LEAST = Duration.ofSeconds(60);

    /**
     * Checks a timeout.
     *
     * @throws InvalidValue naming {@code timeout}
     */
    void check(@Nullable Duration timeout) {
        if (timeout == null && !endlessAllowed) {
            throw new InvalidValue("timeout", "null, which means no expiry, is switched off on this server; " + rule());
        }
        if (timeout != null && (timeout.compareTo(LEAST) < 0 || timeout.compareTo(most) > 0)) {
            throw new InvalidValue("timeout", rule());
        }
    }

    /**
     * Checks where a deadline is to be moved.
     *
     * @throws InvalidValue naming {@code expiresAt}
     */
    void checkRenewal(Instant expiresAt, Instant now) {
        if (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(most))) {
            throw new InvalidValue(
                    "expiresAt", "must be in the future, and at most " + most.toSeconds() + " seconds from now");
        }
    }

    /** As long as that, if a sandbox may live so long. */
    Duration atMost(Duration time) {
        return time.compareTo(most) < 0 ? time : most;
    }

    private String rule() {
        return "must be a whole number of seconds from " + LEAST.toSeconds() + " to " + most.toSeconds();
    }
}
