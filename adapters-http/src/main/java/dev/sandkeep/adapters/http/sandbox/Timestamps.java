package dev.sandkeep.adapters.http.sandbox;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;

/** Points in time as clients see them: RFC 3339 in UTC, at most microseconds. */
public final class Timestamps {

    private static final DateTimeFormatter READ = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .appendOffsetId()
            .toFormatter();

    private Timestamps() {}

    public static String format(Instant instant) {
        return DateTimeFormatter.ISO_INSTANT.format(instant.truncatedTo(ChronoUnit.MICROS));
    }

    /** The moment that this text names, in UTC unless it has an offset; what is finer than a microsecond is dropped. */
    static Optional<Instant> find(String text) {
        try {
            TemporalAccessor read = READ.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
            Instant instant = read instanceof OffsetDateTime offset
                    ? offset.toInstant()
                    : LocalDateTime.from(read).toInstant(ZoneOffset.UTC);
            return Optional.of(instant.truncatedTo(ChronoUnit.MICROS));
        } catch (DateTimeException | ArithmeticException noMoment) {
            return Optional.empty();
        }
    }
}
