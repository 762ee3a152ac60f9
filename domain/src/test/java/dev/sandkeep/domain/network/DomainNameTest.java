package dev.sandkeep.domain.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {

    private static final String LABEL = "a".repeat(63);

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "EXAMPLE.com, example.com",
        "example.com., example.com",
        "localhost, localhost",
        "_dmarc.example.com, _dmarc.example.com",
        "a_b.example.com, a_b.example.com",
        "1.2.3.4.example, 1.2.3.4.example",
        "1e100.net, 1e100.net",
        "0x.example, 0x.example",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example, xn--bcher-kva.example",
        "bücher。example, xn--bcher-kva.example", // IDEOGRAPHIC FULL STOP
        "straße.example, strasse.example",
        "ｅｘａｍｐｌｅ.com, example.com", // FULLWIDTH
        "例え.テスト, xn--r8jz45g.xn--zckzah"
    })
    void aNameIsBroughtIntoNormalForm(String text, String normal) {
        DomainName name = DomainName.find(text).orElseThrow();

        assertThat(name).hasToString(normal);
        assertThat(DomainName.find(normal)).contains(name);
    }

    static Stream<String> noNames() {
        return Stream.of(
                "",
                ".",
                "..",
                ".com",
                "example..com",
                "example.com..",
                "-a.com",
                "a-.com",
                "a b.com",
                " example.com",
                "example.com ",
                "example.com\n",
                "exam\0ple.com",
                "*",
                "*.example.com",
                "a.*.com",
                "ex*mple.com",
                "http://example.com",
                "example.com:443",
                "example.com/x",
                "user@example.com",
                "[::1]",
                LABEL + "a.com",
                String.join(".", LABEL, LABEL, LABEL, "a".repeat(62)),
                "a.".repeat(10_000) + "com",
                "\ud800.com",
                "\ud800",
                "xn--\ud800.com",
                "bü\ud800cher.com",
                "\u200d.com",
                "😀😀\udc00.com");
    }

    @ParameterizedTest
    @MethodSource("noNames")
    void thisIsNoName(String text) {
        assertThat(DomainName.find(text)).isEmpty();
    }

    /** Resolvers and URL parsers read these as addresses, each in its own way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "127.1",
                "127.0.0.1",
                "127.0.0.1.",
                "2130706433",
                "0x7f000001",
                "0X7F.1",
                "0x",
                "0177.0.0.1",
                "1.2.3.4.5",
                "example.1",
                "example.0x1f",
                "１２７.０.０.１",
                "127。0。0。1",
                "example.①"
            })
    void whatEndsInANumberIsNoName(String text) {
        assertThat(DomainName.find(text)).isEmpty();
    }

    /** The rules as they are usually written down. */
    @Property(tries = 20_000)
    void whatIsANameIsWhatTheGrammarSays(
            @ForAll @CharRange(from = '-', to = '9') @Chars({'a', 'f', 'x', 'Z', '_', '.'}) @StringLength(max = 8)
                    String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        String label = "[a-zA-Z0-9_](?:[a-zA-Z0-9_-]*[a-zA-Z0-9_])?";

        assertThat(DomainName.find(text).isPresent())
                .isEqualTo(name.matches("(?:" + label + "\\.)*(?!\\d+$|0[xX][0-9a-fA-F]*$)" + label));
    }

    @Test
    void aNameMayHaveThisLength() {
        String longest = String.join(".", LABEL, LABEL, LABEL, "a".repeat(61));

        assertThat(DomainName.find(longest)).isPresent();
        assertThat(DomainName.find(longest + ".")).isPresent();
        assertThat(DomainName.find(longest + "a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "EXAMPLE.com", "example.com.", "bücher.example", "127.0.0.1"})
    void onlyTheNormalFormMakesAName(String text) {
        assertThatThrownBy(() -> new DomainName(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.com, true",
        "a.b.example.com, true",
        "example.com, false",
        "com, false",
        "badexample.com, false",
        "example.com.evil.org, false"
    })
    void aNameIsBelowItsParents(String name, boolean below) {
        assertThat(new DomainName(name).isBelow(new DomainName("example.com"))).isEqualTo(below);
    }
}
