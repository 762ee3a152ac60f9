package dev.sandkeep.adapters.http.sandbox;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Points in time as clients see them: RFC 3339 in UTC, at most microseconds. */
final class Timestamps {

    private Timestamps() {}

    static String format(Instant instant) {
        return DateTimeFormatter.ISO_INSTANT.format(instant.truncatedTo(ChronoUnit.MICROS));
    }
}
