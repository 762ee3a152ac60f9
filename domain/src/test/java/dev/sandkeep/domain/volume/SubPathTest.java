package dev.sandkeep.domain.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubPathTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "a/b/", ".", "./a", ".hidden", "...", "a..b", "with space", "naïve 🙂"})
    void aSubPathIsRelative(String text) {
        assertThat(new SubPath(text).value()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "//a"})
    void nothingElseIsOne(String text) {
        assertThatThrownBy(() -> new SubPath(text))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("subPath: must be a relative path of at most 4096 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../a", "a/..", "a/../b", "./..", "a\0", "a\n", "a\u007f", "a:b", "a,b", "a\\b"})
    void itHasNoWayUpAndNoSeparatorOfOthers(String text) {
        assertThatThrownBy(() -> new SubPath(text))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("subPath: must not contain '..'");
    }

    @Test
    void itMayHaveThisLength() {
        assertThatCode(() -> new SubPath("a".repeat(4096))).doesNotThrowAnyException();
        assertThatThrownBy(() -> new SubPath("a".repeat(4097))).isInstanceOf(InvalidValue.class);
    }
}
