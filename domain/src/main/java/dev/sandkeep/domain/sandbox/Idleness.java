package dev.sandkeep.domain.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is to become of a sandbox that nobody uses.
 *
 * @param timeout after how long without any use
 */
public record Idleness(Duration timeout, Action action) {

    /** What is done then. */
    public enum Action {
        /** It is paused, and goes on when it is used again. */
        PAUSE("pause"),
        /** It is deleted. */
        DELETE("delete");

        private final String word;

        Action(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        static Optional<Action> find(String word) {
            return Arrays.stream(values())
                    .filter(action -> action.word.equals(word))
                    .findFirst();
        }
    }

    /**
     * Whether it is time. Only a sandbox that runs is idle, from the moment on since when it runs.
     *
     * @param lastUse of which is known, or since when it runs
     * @param blur how much later than that it may have been used without that being known
     */
    public boolean isDue(Sandbox sandbox, Instant lastUse, Duration blur, Instant now) {
        if (!(sandbox.state() instanceof SandboxState.Running running)) {
            return false;
        }
        Instant from = lastUse.isAfter(running.since()) ? lastUse : running.since();
        return !now.isBefore(from.plus(timeout).plus(blur));
    }
}
