package dev.sandkeep.domain.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "after setup", "v1.2/rc", "\u00dcbung \u65e5\u672c", "a:b=c"})
    void whatAPersonWritesIsAName(String text) {
        assertThat(new SnapshotName(text)).hasToString(text);
    }

    static Stream<String> wrong() {
        return Stream.of(
                "",
                " ",
                " a",
                "a ",
                "a\nb",
                "a\u0000",
                "a\u001b[31m",
                "a\u202eb",
                "a\u2028b",
                "\ud800",
                "x".repeat(SnapshotName.MAX_LENGTH + 1));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatCannotBeReadIsNone(String text) {
        assertThatThrownBy(() -> new SnapshotName(text))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("name");
    }
}
