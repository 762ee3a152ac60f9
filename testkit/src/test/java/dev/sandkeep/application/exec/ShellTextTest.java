package dev.sandkeep.application.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellTextTest {

    @Test
    void aTextIsOneWordWhateverIsInIt() {
        assertThat(ShellText.quote("it's $HOME `id` \"x\"\n")).isEqualTo("'it'\\''s $HOME `id` \"x\"\n'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        /a b            | '/a b'
        ~               | "${HOME}"
        ~/x             | "${HOME}"'/x'
        ~x              | '~x'
        a~              | 'a~'
        $A/b            | "${A}"'/b'
        /x/${A_1}y$B    | '/x/'"${A_1}"'y'"${B}"
        /cost$          | '/cost$'
        /$1/${x-y}      | '/$1/${x-y}'
        -rf             | ./'-rf'
        """)
    void aPathIsMadeOfVariablesAndOfItself(String path, String word) {
        assertThat(ShellText.path("path", path).word()).isEqualTo(word);
    }

    @Test
    void itsVariablesMustBeSet() {
        assertThat(ShellText.path("path", "~/$A").condition()).isEqualTo("[ -n \"${HOME+x}\" ] && [ -n \"${A+x}\" ]");
        assertThat(ShellText.path("path", "/x").condition()).isEqualTo("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b"})
    void whatIsNoPathIsRefusedByTheNameOfItsField(String path) {
        assertThatThrownBy(() -> ShellText.path("cwd", path))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("cwd:");
    }
}
