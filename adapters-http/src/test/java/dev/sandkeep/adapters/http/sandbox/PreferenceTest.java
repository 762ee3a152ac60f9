package dev.sandkeep.adapters.http.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferenceTest {

    private static final Duration MOST = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait=10|10",
                "respond-async, wait=10|10",
                "WAIT = 10|10",
                "wait=\"10\"|10",
                "wait=10; foo=bar|10",
                "wait=5, wait=10|5",
                "wait=600|60",
                "wait=999999999|60"
            })
    void theTimeToWaitIsBounded(String header, int seconds) {
        assertThat(Preference.waiting(List.of(header), MOST)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wait", "wait=", "wait=0", "wait=-1", "wait=1.5", "wait=9999999999", "await=3", "x, ,"})
    void whatIsMalformedIsIgnored(String header) {
        assertThat(Preference.waiting(List.of(header), MOST)).isEmpty();
    }

    @Test
    void theFirstOfSeveralHeadersCounts() {
        assertThat(Preference.waiting(List.of("respond-async", "wait=3", "wait=4"), MOST))
                .contains(Duration.ofSeconds(3));
    }
}
