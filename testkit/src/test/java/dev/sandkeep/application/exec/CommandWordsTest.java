package dev.sandkeep.application.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandWordsTest {

    @Test
    void wordsAreSplitAtBlanks() {
        assertThat(CommandWords.split("  /bin/echo a\tb  -n ")).containsExactly("/bin/echo", "a", "b", "-n");
    }

    @Test
    void quotesMeanWhatTheyMeanToAShell() {
        assertThat(CommandWords.split("p 'a b'c \"d 'e' \\\" \\x\" f\\ g '' \"\" '$x' \\* a=b c~d e#f"))
                .containsExactly("p", "a bc", "d 'e' \" \\x", "f g", "", "", "$x", "*", "a=b", "c~d", "e#f");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a | b",
                "a && b",
                "a; b",
                "a > b",
                "a < b",
                "(a)",
                "echo $HOME",
                "echo \"$HOME\"",
                "echo `a`",
                "echo \"`a`\"",
                "ls *",
                "ls ?",
                "ls [a]",
                "cd ~",
                "a # b",
                "! a",
                "{ a",
                "A=b c",
                "a\nb",
                "a \\"
            })
    void whatAShellWouldDoSomethingWithIsRefused(String command) {
        assertThatThrownBy(() -> CommandWords.split(command))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("no shell");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a 'b", "a \"b", "  ", "a \"b\\"})
    void whatIsNotWholeIsRefused(String command) {
        assertThatThrownBy(() -> CommandWords.split(command))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("command");
    }
}
