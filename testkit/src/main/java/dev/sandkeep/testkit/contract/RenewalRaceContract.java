package dev.sandkeep.testkit.contract;

import dev.sandkeep.application.port.SandboxRepository;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What the use cases promise about deadlines on every {@link SandboxRepository}, whatever happens at the same time: no
 * sandbox is removed before its deadline, none is kept for longer than 5 s after it, and nothing is left of it.
 */
public interface RenewalRaceContract {

    /** The repository under test; the same one throughout a test. */
    SandboxRepository repository();

    /** How many random interleavings of renewals, expiries, deletions and crashes to try. */
    default int races() {
        return 10_000;
    }

    @Test
    default void deadlinesHoldWhateverHappensAtTheSameTime() {
        LongStream.range(0, races()).forEach(seed -> {
            try {
                new RenewalRace(repository(), seed).run();
            } catch (AssertionError broken) {
                throw new AssertionError("The race with the seed " + seed + " broke a promise", broken);
            }
        });
    }
}
