package dev.sandkeep.application.port;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers how far each receiver of webhooks was told, and of what it could not be told. Every method blocks and is
 * thread-safe; a change is durable when the method returns.
 */
public interface WebhookCursors {

    /**
     * How far a receiver was told.
     *
     * @param position the number of the last entry that is done with
     * @param attempts how often the next one was tried in vain
     * @param retryAt not to be tried before that, or null
     */
    record Cursor(long position, int attempts, @Nullable Instant retryAt) {}

    /**
     * An entry that a receiver did not take.
     *
     * @param number of the entry
     * @param attempts how often it was tried
     * @param reason why it failed the last time
     * @param buriedAt when it was given up
     */
    record DeadLetter(URI endpoint, long number, int attempts, String reason, Instant buriedAt) {}

    /**
     * Takes a receiver on for a while, so that of several servers one tells it, in order.
     *
     * @param server who takes it on
     * @param duration after which the claim ends, by the clock of whatever keeps it
     * @param start the position of a receiver that was not known before
     * @return empty if another server has it
     */
    Optional<Cursor> claim(URI endpoint, String server, Duration duration, long start);

    /** The entry was taken. Does nothing if another server has the receiver by now. */
    void delivered(URI endpoint, String server, long number);

    /** The next entry was tried in vain. Does nothing if another server has the receiver by now. */
    void failed(URI endpoint, String server, int attempts, Instant retryAt);

    /** Gives an entry up and goes on with the next. Does nothing if another server has the receiver by now. */
    void bury(String server, DeadLetter letter);

    /** What was given up, oldest first. */
    List<DeadLetter> listDead(int atMost);

    Optional<DeadLetter> findDead(URI endpoint, long number);

    /** Forgets it: it was told after all. */
    void removeDead(URI endpoint, long number);

    /** Forgets what was given up before that time; returns how much. */
    int purgeDead(Instant before);
}
