package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitTest {

    private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0   | PROCESS_ENDED        | TERMINATED | EXITED               | The entry process exited with code 0. Last output: bye
        3   | PROCESS_ENDED        | FAILED     | EXITED               | The entry process exited with code 3. Last output: bye
        137 | PROCESS_ENDED        | FAILED     | EXITED               | The entry process was killed (SIGKILL), exit code 137; the runtime does not know by whom. The most frequent cause is the memory limit. Last output: bye
        137 | OUT_OF_MEMORY        | FAILED     | OUT_OF_MEMORY        | The kernel killed a process at the memory limit; exit code 137. Last output: bye
        0   | OUT_OF_MEMORY        | FAILED     | OUT_OF_MEMORY        | The kernel killed a process at the memory limit; exit code 0. Last output: bye
        127 | ENTRYPOINT_NOT_FOUND | FAILED     | ENTRYPOINT_NOT_FOUND | The image has no executable of that name; check the entrypoint. Exit code 127. Last output: bye
        """)
    void theStateTellsTheCodeTheCauseAndTheLastLine(
            int code, Exit.Cause cause, SandboxState.Kind kind, StatusReason reason, String message) {
        SandboxState ended = afterExit(new Exit(code, cause, "bye"));

        assertThat(ended.kind()).isEqualTo(kind);
        assertThat(ended.reason()).isEqualTo(reason);
        assertThat(ended.message()).isEqualTo(message);
        assertThat(ended.exitCode()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \t"})
    void aBlankLastLineIsLeftOut(String line) {
        assertThat(afterExit(new Exit(3, Exit.Cause.PROCESS_ENDED, line)).message())
                .isEqualTo("The entry process exited with code 3.");
    }

    @Test
    void aProcessThatWroteNothingHasNoLastLine() {
        assertThat(afterExit(new Exit(3, Exit.Cause.PROCESS_ENDED, null)).message())
                .isEqualTo("The entry process exited with code 3.");
    }

    @Test
    void aLongLineIsCut() {
        Exit exit = new Exit(1, Exit.Cause.PROCESS_ENDED, "x".repeat(Exit.MAX_LINE + 1));

        assertThat(exit.lastLine()).isEqualTo("x".repeat(Exit.MAX_LINE));
    }

    @Test
    void aLongLineIsNotCutThroughACharacter() {
        String before = "x".repeat(Exit.MAX_LINE - 1);

        assertThat(new Exit(1, Exit.Cause.PROCESS_ENDED, before + "🙂 and more").lastLine())
                .isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "137, PROCESS_ENDED, true", // SIGKILL
        "143, PROCESS_ENDED, true", // SIGTERM
        "255, PROCESS_ENDED, true", // nobody saw it end
        "0, PROCESS_ENDED, false",
        "1, PROCESS_ENDED, false",
        "130, PROCESS_ENDED, false",
        "137, OUT_OF_MEMORY, false",
        "255, ENTRYPOINT_NOT_FOUND, false"
    })
    void anEngineThatStopsEndsProcessesInTheseWays(int code, Exit.Cause cause, boolean interrupted) {
        assertThat(new Exit(code, cause, null).looksInterrupted()).isEqualTo(interrupted);
    }

    private static SandboxState afterExit(Exit exit) {
        return SandboxFixture.aSandbox(NOW)
                .started(NOW)
                .observed(new Observation.Exited(exit), NOW)
                .state();
    }
}
