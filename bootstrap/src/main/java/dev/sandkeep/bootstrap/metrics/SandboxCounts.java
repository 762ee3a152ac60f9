package dev.sandkeep.bootstrap.metrics;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many sandboxes are in which state, counted by the database at most once in {@link #FRESH}, however many ask.
 * Thread-safe; this object's monitor guards it.
 */
public final class SandboxCounts {

    private static final Logger log = LoggerFactory.getLogger(SandboxCounts.class);
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final SandboxRepository repository;
    private final InstantSource clock;
    private Instant countedAt = Instant.MIN;
    private boolean known;
    private Map<SandboxState.Kind, Integer> counts = Map.of();

    public SandboxCounts(SandboxRepository repository, InstantSource clock) {
        this.repository = repository;
        this.clock = clock;
    }

    /** Shows the number of every state that is not an end state. */
    public void showIn(Metrics metrics) {
        for (SandboxState.Kind state : SandboxState.Kind.values()) {
            if (state != SandboxState.Kind.TERMINATED && state != SandboxState.Kind.FAILED) {
                metrics.gauge(
                        "sandkeep.sandboxes",
                        "Sandboxes that have not ended, by state",
                        "state",
                        state.word(),
                        () -> count(state));
            }
        }
    }

    /** Not a number while the database does not answer: an outage must not look like an empty server. */
    synchronized double count(SandboxState.Kind state) {
        Instant now = clock.instant();
        if (countedAt.equals(Instant.MIN) || now.isAfter(countedAt.plus(FRESH))) {
            refresh();
            // Not before: to find out that the database is away may take longer than what is known is fresh.
            countedAt = clock.instant();
        }
        return known ? counts.getOrDefault(state, 0) : Double.NaN;
    }

    private void refresh() {
        try {
            counts = repository.countLive();
            known = true;
        } catch (RuntimeException unanswered) {
            known = false;
            log.warn("The sandboxes cannot be counted: {}", unanswered.toString());
        }
    }
}
