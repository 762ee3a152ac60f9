package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionsTest {

    @Test
    void entriesAreKeptAsTheyAre() {
        Map<String, String> given = new HashMap<>(Map.of("storage.id", " a\nb ", "ö", ""));
        Extensions extensions = new Extensions(given);
        given.clear();

        assertThat(extensions.entries()).containsOnly(Map.entry("storage.id", " a\nb "), Map.entry("ö", ""));
    }

    @Test
    void aKeyMayHaveThisLength() {
        assertThatCode(() -> new Extensions(Map.of("k".repeat(253), "x"))).doesNotThrowAnyException();
        assertRefused(Map.of("k".repeat(254), "x"), "extensions: a key must have 1 to 253 characters");
        assertRefused(Map.of("", "x"), "extensions: a key must have 1 to 253 characters");
        assertRefused(Map.of(" ", "x"), "extensions: a key must have 1 to 253 characters");
    }

    @Test
    void aValueMayHaveThisLength() {
        assertThatCode(() -> new Extensions(Map.of("k", "x".repeat(8192)))).doesNotThrowAnyException();
        assertRefused(Map.of("k", "x".repeat(8193)), "extensions.k: must be at most 8192 characters");
    }

    @Test
    void thereMayBeThisManyEntries() {
        assertThatCode(() -> new Extensions(entries(Extensions.MAX_ENTRIES))).doesNotThrowAnyException();
        assertRefused(entries(Extensions.MAX_ENTRIES + 1), "extensions: at most 64 entries are allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"300", "0300", "3600", "86400", " 300 "})
    void aRenewalIsANumberOfSeconds(String seconds) {
        assertThat(new Extensions(Map.of(Extensions.RENEW_ON_ACCESS, seconds)).entries())
                .containsEntry(Extensions.RENEW_ON_ACCESS, seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "299", "86401", "-300", "+300", "300.0", "3e2", "5m", "٣٠٠", "99999999999999999999"})
    void anythingElseIsNoRenewal(String seconds) {
        assertRefused(
                Map.of(Extensions.RENEW_ON_ACCESS, seconds),
                "extensions.access.renew.extend.seconds: must be a whole number from 300 to 86400");
    }

    @Test
    void aRenewalIsAsLongAsItSays() {
        assertThat(new Extensions(Map.of(Extensions.RENEW_ON_ACCESS, " 300 ")).renewOnAccess())
                .contains(Duration.ofMinutes(5));
        assertThat(Extensions.none().renewOnAccess()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        60     |        | 60     | PAUSE
        604800 | pause  | 604800 | PAUSE
        600    | delete | 600    | DELETE
        """)
    void idlenessIsATimeAndWhatIsDoneThen(
            String seconds, @Nullable String action, long timeout, Idleness.Action expected) {
        Map<String, String> entries = new HashMap<>(Map.of("idle.timeout.seconds", seconds));
        if (action != null) {
            entries.put("idle.action", action);
        }

        assertThat(new Extensions(entries).idleness()).contains(new Idleness(Duration.ofSeconds(timeout), expected));
        assertThat(Extensions.none().idleness()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        59     |       | extensions.idle.timeout.seconds: must be a whole number from 60 to 604800
        604801 |       | extensions.idle.timeout.seconds: must be a whole number from 60 to 604800
        5m     |       | extensions.idle.timeout.seconds: must be a whole number from 60 to 604800
        600    | stop  | extensions.idle.action: must be pause or delete
        600    | PAUSE | extensions.idle.action: must be pause or delete
               | pause | extensions.idle.action: needs idle.timeout.seconds
        """)
    void anyOtherIdlenessIsRefused(@Nullable String seconds, @Nullable String action, String message) {
        Map<String, String> entries = new HashMap<>();
        if (seconds != null) {
            entries.put("idle.timeout.seconds", seconds);
        }
        if (action != null) {
            entries.put("idle.action", action);
        }

        assertRefused(entries, message);
    }

    @Test
    void whatTheServerTellsCannotBeSet() {
        assertRefused(
                Map.of("last.activity", "2030-01-01T00:00:00Z"),
                "extensions.last.activity: cannot be set; the server tells it");
    }

    private static void assertRefused(Map<String, String> entries, String message) {
        assertThatThrownBy(() -> new Extensions(entries))
                .isInstanceOf(InvalidValue.class)
                .hasMessage(message);
    }

    private static Map<String, String> entries(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
    }
}
