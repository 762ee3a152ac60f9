package dev.sandkeep.adapters.http.sandbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code wait} preference of a request (RFC 7240): how long its sender would like to wait for the outcome. */
final class Preference {

    private static final Pattern WAIT = Pattern.compile("(?i)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(?:;.*)?");

    private Preference() {}

    /**
     * The first one counts; what is malformed is ignored, as the RFC asks for.
     *
     * @param headers the values of all {@code Prefer} headers
     * @return more than zero and no more than {@code atMost}, or nothing
     */
    static Optional<Duration> waiting(List<String> headers, Duration atMost) {
        return headers.stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(WAIT::matcher)
                .filter(Matcher::matches)
                .map(wait -> Duration.ofSeconds(Long.parseLong(wait.group(1))))
                .findFirst()
                .map(wait -> wait.compareTo(atMost) > 0 ? atMost : wait)
                .filter(Duration::isPositive);
    }
}
