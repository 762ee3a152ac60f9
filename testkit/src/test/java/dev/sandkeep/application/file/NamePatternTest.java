package dev.sandkeep.application.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
        * anything true
        ** .hidden true
        *.py a.py true
        *.py a.pyc false
        **/*.py a.py true
        a?c abc true
        a?c ac false
        [a-c]x bx true
        [a-c]x dx false
        [!a-c]x dx true
        []x] ] true
        {a,b{c,d}}.txt bd.txt true
        {a,b{c,d}}.txt b.txt false
        !(*.txt) a.py true
        !(*.txt) a.txt false
        a\\*b a*b true
        a\\*b axb false
        *a*b xaxxab true
        *a*b xaxxba false
        a.c abc false
        """)
    void aPatternMeansTheseNames(String pattern, String name, boolean matches) {
        assertThat(NamePattern.of(pattern).matches(name)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "[a", "{a", "{a,{b}", "a\\"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> NamePattern.of(pattern))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("pattern:");
    }

    @Test
    void aPatternOfTooManyAlternativesIsRefused() {
        assertThatThrownBy(() -> NamePattern.of("{a,b}".repeat(20))).isInstanceOf(InvalidValue.class);
    }

    @Test
    void alternativesThatAreTooLongTogetherAreRefused() {
        assertThatThrownBy(() -> NamePattern.of("{a,b}".repeat(7) + "*a".repeat(30)))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("together");
    }

    @Test
    @Timeout(5)
    void noPatternTakesLong() {
        assertThat(NamePattern.of("*a".repeat(500) + "b").matches("a".repeat(100_000)))
                .isFalse();
    }
}
