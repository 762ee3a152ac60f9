package dev.sandkeep.application.lifecycle;

import dev.sandkeep.domain.problem.InvalidValue;
import java.time.Duration;
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

    private String rule() {
        return "must be a whole number of seconds from " + LEAST.toSeconds() + " to " + most.toSeconds();
    }
}
