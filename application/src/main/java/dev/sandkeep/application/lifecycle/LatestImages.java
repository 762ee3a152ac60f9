package dev.sandkeep.application.lifecycle;

import dev.sandkeep.domain.sandbox.ImageRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Remembers when images named by {@code latest}, which is another image after every push, were last asked for at their
 * registry. Thread-safe.
 */
final class LatestImages {

    /** How long what the registry said is taken for granted. */
    static final Duration TRUSTED = Duration.ofMinutes(1);

    /** How long a registry that is away, or does not know the image, is left alone: asking it may take long. */
    static final Duration REFUSED = Duration.ofMinutes(10);

    private static final int MANY = 4096;

    private final InstantSource clock;
    private final ConcurrentMap<ImageRef, Instant> due = new ConcurrentHashMap<>();

    LatestImages(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether the registry is to be asked now; if so, it is not again before {@link #TRUSTED} is over. */
    boolean isDue(ImageRef image) {
        if (!image.isLatest()) {
            return false;
        }
        Instant now = clock.instant();
        forgetIfMany(now);
        Instant next = due.get(image);
        if (next == null) {
            return due.putIfAbsent(image, now.plus(TRUSTED)) == null;
        }
        return !now.isBefore(next) && due.replace(image, next, now.plus(TRUSTED));
    }

    void wasRefused(ImageRef image) {
        due.put(image, clock.instant().plus(REFUSED));
    }

    private void forgetIfMany(Instant now) {
        if (due.size() >= MANY) {
            due.values().removeIf(next -> !now.isBefore(next));
        }
    }
}
