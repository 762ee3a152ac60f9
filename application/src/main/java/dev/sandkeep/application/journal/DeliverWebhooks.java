package dev.sandkeep.application.journal;

import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.application.port.WebhookCursors;
import dev.sandkeep.application.port.WebhookSender;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the receivers of webhooks of every entry of the journal, each receiver in order and each entry at least once: how
 * far a receiver is, is noted after it took an entry, so a crash in between repeats one. What is refused is tried again,
 * ever more slowly, and given up after so many times. Has no thread of its own: {@link #step} is called from outside, for
 * each receiver by a thread of its own, so that one that hangs holds up nobody else.
 */
public final class DeliverWebhooks {

    private static final Logger log = LoggerFactory.getLogger(DeliverWebhooks.class);

    /** How long a step may take, with a margin; then another server takes over. */
    private static final Duration CLAIM = Duration.ofSeconds(13);

    /** How long what was given up can be looked at. */
    private static final Duration KEPT = Duration.ofDays(30);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(10);

    /** How soon to look again when there was nothing to do. */
    public static final Duration IDLE = Duration.ofSeconds(1);

    private static final int LOOK_AHEAD = 100;

    private final Journal journal;
    private final WebhookCursors cursors;
    private final WebhookSender sender;
    private final String server;
    private final int mostAttempts;
    private final InstantSource clock;

    /**
     * @param server tells this server from others on the same database
     * @param mostAttempts after so many an entry is given up
     */
    public DeliverWebhooks(
            Journal journal,
            WebhookCursors cursors,
            WebhookSender sender,
            String server,
            int mostAttempts,
            InstantSource clock) {
        this.journal = journal;
        this.cursors = cursors;
        this.sender = sender;
        this.server = server;
        this.mostAttempts = mostAttempts;
        this.clock = clock;
    }

    /**
     * Tells one receiver of the next entry, if there is one and it is time.
     *
     * @return after which time to call again
     */
    public Duration step(URI endpoint) {
        Instant now = clock.instant();
        Optional<WebhookCursors.Cursor> claimed =
                cursors.claim(endpoint, server, CLAIM, journal.extent().last());
        if (claimed.isEmpty()) {
            return IDLE;
        }
        WebhookCursors.Cursor cursor = claimed.get();
        Instant retryAt = cursor.retryAt();
        if (retryAt != null && retryAt.isAfter(now)) {
            Duration left = Duration.between(now, retryAt);
            return left.compareTo(IDLE) < 0 ? left : IDLE;
        }
        List<JournalEntry> next = journal.listAfter(cursor.position(), LOOK_AHEAD);
        Optional<JournalEntry> told =
                next.stream().filter(entry -> entry.event().kind().isTold()).findFirst();
        if (told.isPresent()) {
            return tell(endpoint, told.get(), cursor.attempts() + 1);
        }
        if (next.isEmpty()) {
            return IDLE;
        }
        // These are in audit trails only.
        cursors.delivered(endpoint, server, next.getLast().number());
        return next.size() < LOOK_AHEAD ? IDLE : Duration.ZERO;
    }

    private Duration tell(URI endpoint, JournalEntry entry, int attempt) {
        Optional<String> refusal = sender.send(endpoint, entry);
        if (refusal.isEmpty()) {
            cursors.delivered(endpoint, server, entry.number());
            return Duration.ZERO;
        }
        if (attempt >= mostAttempts) {
            log.warn(
                    "Webhook {} did not take event {} after {} attempts, so it is given up: {}",
                    endpoint.getHost(),
                    entry.number(),
                    attempt,
                    refusal.get());
            cursors.purgeDead(clock.instant().minus(KEPT));
            cursors.bury(
                    server,
                    new WebhookCursors.DeadLetter(endpoint, entry.number(), attempt, refusal.get(), clock.instant()));
            return Duration.ZERO;
        }
        Duration pause = pauseAfter(attempt);
        log.warn(
                "Webhook {} did not take event {}, retry in {}: {}",
                endpoint.getHost(),
                entry.number(),
                pause,
                refusal.get());
        cursors.failed(endpoint, server, attempt, clock.instant().plus(pause));
        return pause.compareTo(IDLE) < 0 ? pause : IDLE;
    }

    /** Twice as long each time. */
    static Duration pauseAfter(int attempt) {
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(attempt - 1, 20));
        return pause.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : pause;
    }
}
