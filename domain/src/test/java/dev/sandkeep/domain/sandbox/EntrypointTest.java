package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntrypointTest {

    @Test
    void argumentsAreKeptAsTheyAre() {
        List<String> given = new ArrayList<>(List.of("sh", "-c", "echo \"$X\"\n", "", " ", "naïve 🙂"));
        Entrypoint entrypoint = new Entrypoint(given);
        given.clear();

        assertThat(entrypoint.arguments()).containsExactly("sh", "-c", "echo \"$X\"\n", "", " ", "naïve 🙂");
    }

    @Test
    void itMustNotBeEmpty() {
        assertRefused(List.of(), "entrypoint: must hold 1 to 256 strings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void itMustNameAnExecutable(String executable) {
        assertRefused(List.of(executable, "x"), "entrypoint[0]: must name an executable");
    }

    @Test
    void noArgumentHasANul() {
        assertRefused(List.of("sh", "a\0b"), "entrypoint[1]: must not contain a NUL character");
    }

    @Test
    void thereMayBeThisManyArguments() {
        assertThatCode(() -> new Entrypoint(Collections.nCopies(Entrypoint.MAX_ARGUMENTS, "x")))
                .doesNotThrowAnyException();
        assertRefused(Collections.nCopies(Entrypoint.MAX_ARGUMENTS + 1, "x"), "entrypoint: must hold 1 to 256 strings");
    }

    @Test
    void theyMayHaveThisLength() {
        String most = "x".repeat(Entrypoint.MAX_TOTAL_LENGTH - 2);

        assertThatCode(() -> new Entrypoint(List.of("sh", most))).doesNotThrowAnyException();
        assertRefused(List.of("sh", most + "x"), "entrypoint: must be at most 65536 characters in total");
    }

    private static void assertRefused(List<String> arguments, String message) {
        assertThatThrownBy(() -> new Entrypoint(arguments))
                .isInstanceOf(InvalidValue.class)
                .hasMessage(message);
    }
}
