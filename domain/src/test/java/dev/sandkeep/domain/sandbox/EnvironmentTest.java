package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

    private static final String SECRET = "hunter2";

    @ParameterizedTest
    @ValueSource(strings = {"A", "a", "_", "A_1", "1", "with space", "dotted.name", "naïve", "🙂"})
    void aNameMayBe(String name) {
        assertThat(new Environment(Map.of(name, "x")).variables()).containsEntry(name, "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "A=", "=A", "A\0"})
    void aNameMayNotBe(String name) {
        assertThatThrownBy(() -> new Environment(Map.of(name, SECRET)))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("env: a variable name must be non-empty, without '=' and NUL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a=b", "line\nline", "naïve 🙂", "$HOME"})
    void aValueMayBe(String value) {
        assertThat(new Environment(Map.of("A", value)).variables()).containsEntry("A", value);
    }

    @Test
    void aValueHasNoNulAndIsNotRepeatedInTheError() {
        assertThatThrownBy(() -> new Environment(Map.of("A", SECRET + "\0")))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("env.A: must not contain a NUL character");
    }

    @Test
    void thereMayBeThisManyVariables() {
        assertThatCode(() -> new Environment(variables(Environment.MAX_VARIABLES)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new Environment(variables(Environment.MAX_VARIABLES + 1)))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("env: at most 256 variables are allowed");
    }

    @Test
    void theirNamesAndValuesMayHaveThisLength() {
        String most = "x".repeat(Environment.MAX_TOTAL_LENGTH - 1);

        assertThatCode(() -> new Environment(Map.of("A", most))).doesNotThrowAnyException();
        assertThatThrownBy(() -> new Environment(Map.of("A", most + "x")))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("env: must be at most 131072 characters in total");
    }

    @Test
    void itsTextNeverShowsAValueOrAName() {
        Environment environment = new Environment(Map.of("TOKEN", SECRET));

        assertThat(environment).hasToString("Environment[1 variables]");
    }

    @Test
    void neitherDoesAnythingThatHoldsIt() {
        Sandbox sandbox = SandboxFixture.aSandbox(Instant.EPOCH);

        assertThat(sandbox.spec().env().variables()).containsValue(SECRET);
        assertThat(sandbox.spec().toString()).doesNotContain(SECRET);
        assertThat(sandbox.toString()).doesNotContain(SECRET);
    }

    @Test
    void theVariablesAreItsOwn() {
        Map<String, String> given = new HashMap<>(Map.of("A", "b"));
        Environment environment = new Environment(given);
        given.clear();

        assertThat(environment.variables()).containsExactly(Map.entry("A", "b"));
    }

    private static Map<String, String> variables(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "K" + i, i -> "v"));
    }
}
