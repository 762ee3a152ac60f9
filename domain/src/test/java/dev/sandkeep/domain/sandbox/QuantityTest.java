package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of Kubernetes quantities. */
class QuantityTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0       | 0
        1       | 1
        007     | 7
        +1      | 1
        -1      | -1
        0.5     | 0.5
        .5      | 0.5
        +.5     | 0.5
        5.      | 5
        5.Ki    | 5120
        100n    | 0.0000001
        100u    | 0.0001
        100m    | 0.1
        0.5m    | 0.0005
        1k      | 1000
        1M      | 1000000
        1G      | 1000000000
        1T      | 1000000000000
        1P      | 1000000000000000
        1E      | 1000000000000000000
        1Ki     | 1024
        1Mi     | 1048576
        1.5Gi   | 1610612736
        1Ti     | 1099511627776
        1Pi     | 1125899906842624
        1Ei     | 1152921504606846976
        1e3     | 1000
        1E3     | 1000
        1e+3    | 1000
        1E-3    | 0.001
        1.5e1   | 15
        """)
    void aQuantityHasThisValue(String text, BigDecimal value) {
        assertThat(Quantity.find(text)).hasValueSatisfying(quantity -> {
            assertThat(quantity.text()).isEqualTo(text);
            assertThat(quantity.value()).isEqualByComparingTo(value);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " 1",
                "1 ",
                "1\n",
                "1 Gi",
                "1.5.5",
                ".",
                "+",
                "-",
                "+-1",
                "--1",
                "m",
                "Gi",
                "1mi",
                "1K",
                "1g",
                "1GI",
                "1gi",
                "1GiB",
                "1B",
                "1mm",
                "1ki",
                "0x10",
                "1e",
                "1e400",
                "1e1.5",
                "1e3k",
                "1_000",
                "1,5",
                "NaN",
                "Infinity",
                "½",
                "١", // ARABIC-INDIC DIGIT ONE
                "１", // FULLWIDTH DIGIT ONE
                "1１",
                "1\0",
                "99999999999999999999"
            })
    void thisIsNoQuantity(String text) {
        assertThat(Quantity.find(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 1",
        "0.1, 0, 1", // rounded up, as Kubernetes does
        "1.0000000001, 9, 1000000001",
        "500m, 9, 500000000",
        "1n, 9, 1",
        "-0.5, 0, 0",
        "7Ei, 0, 8070450532247928832"
    })
    void itIsRoundedUpToAWholeNumberOfUnits(String text, int digits, long units) {
        assertThat(Quantity.find(text).orElseThrow().scaledUp(digits)).contains(units);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8Ei", "10E", "1e19", "1e99", "-1e99", "9999999999999999999Ei"})
    void whatFitsIntoNoLongHasNoNumberOfUnits(String text) {
        assertThat(Quantity.find(text).orElseThrow().scaledUp(0)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", ".", "1.", "e", "+", "9e9"})
    void aHugeStringIsRefusedSoon(String part) {
        String huge = part.repeat(1_000_000);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThat(Quantity.find(huge)).isEmpty());
    }
}
