package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.WebhookCursors;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Webhook cursors in memory. Thread-safe: one lock guards everything. */
public final class InMemoryWebhookCursors implements WebhookCursors {

    private final InstantSource clock;
    private final Map<URI, Claimed> cursors = new HashMap<>();
    private final List<DeadLetter> letters = new ArrayList<>();

    /** @param clock tells when a claim ends */
    public InMemoryWebhookCursors(InstantSource clock) {
        this.clock = clock;
    }

    private record Claimed(Cursor cursor, String server, Instant until) {
        Claimed with(Cursor other) {
            return new Claimed(other, server, until);
        }
    }

    @Override
    public synchronized Optional<Cursor> claim(URI endpoint, String server, Duration duration, long start) {
        Instant now = clock.instant();
        Claimed present = cursors.get(endpoint);
        if (present != null
                && !present.server().equals(server)
                && present.until().isAfter(now)) {
            return Optional.empty();
        }
        Cursor cursor = present == null ? new Cursor(start, 0, null) : present.cursor();
        cursors.put(endpoint, new Claimed(cursor, server, now.plus(duration)));
        return Optional.of(cursor);
    }

    @Override
    public synchronized void delivered(URI endpoint, String server, long number) {
        advance(endpoint, server, number);
    }

    private boolean advance(URI endpoint, String server, long number) {
        Claimed present = cursors.get(endpoint);
        if (present == null
                || !present.server().equals(server)
                || present.cursor().position() >= number) {
            return false;
        }
        cursors.put(endpoint, present.with(new Cursor(number, 0, null)));
        return true;
    }

    @Override
    public synchronized void failed(URI endpoint, String server, int attempts, Instant retryAt) {
        cursors.computeIfPresent(
                endpoint,
                (_, present) -> present.server().equals(server)
                        ? present.with(new Cursor(present.cursor().position(), attempts, retryAt))
                        : present);
    }

    @Override
    public synchronized void bury(String server, DeadLetter letter) {
        if (advance(letter.endpoint(), server, letter.number())) {
            letters.add(letter);
        }
    }

    @Override
    public synchronized List<DeadLetter> listDead(int atMost) {
        return letters.stream()
                .sorted(Comparator.comparing(DeadLetter::buriedAt)
                        .thenComparing(DeadLetter::endpoint)
                        .thenComparingLong(DeadLetter::number))
                .limit(atMost)
                .toList();
    }

    @Override
    public synchronized Optional<DeadLetter> findDead(URI endpoint, long number) {
        return letters.stream()
                .filter(letter -> letter.endpoint().equals(endpoint) && letter.number() == number)
                .findFirst();
    }

    @Override
    public synchronized void removeDead(URI endpoint, long number) {
        letters.removeIf(letter -> letter.endpoint().equals(endpoint) && letter.number() == number);
    }

    @Override
    public synchronized int purgeDead(Instant before) {
        int had = letters.size();
        letters.removeIf(letter -> letter.buriedAt().isBefore(before));
        return had - letters.size();
    }
}
