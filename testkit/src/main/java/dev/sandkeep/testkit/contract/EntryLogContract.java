package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Sandbox;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxRuntime} promises about the output of entry processes. */
public interface EntryLogContract {

    /** The runtime under test; the same one throughout a test. */
    SandboxRuntime runtime();

    /** A runtime on the same engine with another instance name. */
    SandboxRuntime runtimeOfAnotherInstance();

    private LogExcerpt logOf(Sandbox sandbox, int lines, int bytes) {
        return runtime()
                .findLog(sandbox.id(), new LogSelection(lines, bytes, null))
                .orElseThrow();
    }

    @Test
    default void theLogIsReadFromItsEnd() {
        Sandbox sandbox =
                Launches.launched(runtime(), aSpec().entrypoint("sh", "-c", "echo one; echo two; echo three; exit 0"));
        Launches.exitOf(runtime(), sandbox);

        LogExcerpt whole = logOf(sandbox, 100, 10_000);
        assertThat(whole.truncated()).isFalse();
        assertThat(whole.text().lines().map(line -> line.split(" ", 2)[1])).containsExactly("one", "two", "three");
        assertThat(whole.text().lines().map(line -> Instant.parse(line.split(" ", 2)[0])))
                .doesNotContainNull();
        assertThat(whole.text()).endsWith("\n");

        LogExcerpt last = logOf(sandbox, 1, 10_000);
        assertThat(last.truncated()).isTrue();
        assertThat(last.text()).endsWith(" three\n").doesNotContain("two");

        LogExcerpt small = logOf(sandbox, 100, 50);
        assertThat(small.truncated()).isTrue();
        assertThat(small.text()).endsWith(" three\n").hasSizeLessThanOrEqualTo(50);
        assertThat(logOf(sandbox, 100, 1)).isEqualTo(new LogExcerpt("", true));
    }

    @Test
    default void aLogIsReadFromATimeOn() {
        Sandbox sandbox = Launches.launched(runtime(), aSpec().entrypoint("sh", "-c", "echo early; exit 0"));
        Launches.exitOf(runtime(), sandbox);
        Instant future = Instant.parse("2037-01-01T00:00:00Z");

        assertThat(runtime().findLog(sandbox.id(), new LogSelection(10, 1000, future)))
                .contains(new LogExcerpt("", false));
        assertThat(runtime()
                        .findLog(sandbox.id(), new LogSelection(10, 1000, Instant.EPOCH))
                        .orElseThrow()
                        .text())
                .contains("early");
    }

    @Test
    default void aSandboxThatIsNotThereHasNoLog() {
        Sandbox sandbox = Launches.launched(runtime(), aSpec());
        runtime().remove(sandbox.id());
        LogSelection selection = new LogSelection(10, 1000, null);

        assertThat(runtime().findLog(sandbox.id(), selection)).isEmpty();
        assertThat(runtime().findLog(anId(), selection)).isEmpty();
        assertThat(runtimeOfAnotherInstance()
                        .findLog(Launches.launched(runtime(), aSpec()).id(), selection))
                .isEmpty();
    }
}
