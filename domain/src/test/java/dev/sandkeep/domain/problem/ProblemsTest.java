package dev.sandkeep.domain.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProblemsTest {

    private final Problems problems = new Problems();

    @Test
    void whatSucceedsIsPassedOn() {
        assertThat(problems.<String>collect(() -> "x")).isEqualTo("x");
        assertThat(problems.isEmpty()).isTrue();
        assertThatCode(problems::throwIfAny).doesNotThrowAnyException();
    }

    @Test
    void allProblemsAreToldInOneErrorInTheirOrder() {
        problems.add("a", "must be x");
        assertThat(problems.<String>collect(() -> {
                    throw new InvalidValue("b", "must be y");
                }))
                .isNull();
        assertThat(problems.<String>collectWithin("c[0].", () -> {
                    throw new InvalidValue("d", "must be z");
                }))
                .isNull();

        assertThat(problems.isEmpty()).isFalse();
        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOfSatisfying(
                        InvalidValue.class,
                        invalid -> assertThat(invalid.problems())
                                .containsExactly(
                                        new Problem("a", "must be x"),
                                        new Problem("b", "must be y"),
                                        new Problem("c[0].d", "must be z")))
                .hasMessage("a: must be x; b: must be y; c[0].d: must be z");
    }

    /** Only a wrong value is somebody's problem; everything else is a bug and must be seen. */
    @Test
    void otherErrorsAreNotCollected() {
        assertThatThrownBy(() -> problems.<String>collect(() -> {
                    throw new IllegalStateException("bug");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(problems.isEmpty()).isTrue();
    }
}
