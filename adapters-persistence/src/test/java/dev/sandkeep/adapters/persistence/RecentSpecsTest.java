package dev.sandkeep.adapters.persistence;

import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.sandbox.SandboxSpec;
import org.junit.jupiter.api.Test;

class RecentSpecsTest {

    private final RecentSpecs specs = new RecentSpecs();

    private static String text(String word, int length) {
        return SpecJson.write(aSpec().entrypoint(word + "x".repeat(length)).build());
    }

    @Test
    void aLongSpecIsReadOnce() {
        String text = text("a", RecentSpecs.LONG_TEXT);

        SandboxSpec read = specs.read(text);

        assertThat(read).isEqualTo(SpecJson.readSpec(text));
        assertThat(specs.read(new String(text.toCharArray()))).isSameAs(read);
    }

    @Test
    void whatDiffersInALetterIsAnother() {
        assertThat(specs.read(text("a", RecentSpecs.LONG_TEXT)))
                .isNotEqualTo(specs.read(text("b", RecentSpecs.LONG_TEXT)));
    }

    @Test
    void theOldestIsForgottenWhenThereIsTooMuch() {
        String oldest = text("a", RecentSpecs.LONG_TEXT);
        SandboxSpec first = specs.read(oldest);
        for (int read = 0, number = 0; read <= RecentSpecs.MOST_CHARACTERS; number++) {
            String next = text("more" + number, 60_000);
            specs.read(next);
            read += next.length();
        }

        assertThat(specs.read(oldest)).isEqualTo(first).isNotSameAs(first);
    }

    @Test
    void whatIsNoSpecIsNotKept() {
        String garbled = text("a", RecentSpecs.LONG_TEXT).substring(1);

        assertThatThrownBy(() -> specs.read(garbled)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> specs.read(garbled)).isInstanceOf(IllegalArgumentException.class);
    }
}
