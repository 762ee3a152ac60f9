package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aTerminatedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.SandboxId;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxLogs} promises. An implementation gives each test one that is empty. */
public interface SandboxLogsContract {

    /** The logs under test. */
    SandboxLogs logs();

    /** The sandboxes whose logs those are. */
    SandboxRepository repository();

    private SandboxId ended() {
        var sandbox = aTerminatedSandbox();
        repository().add(sandbox, null);
        return sandbox.id();
    }

    @Test
    default void aLogComesBackAsItWas() {
        SandboxId id = ended();
        LogExcerpt log = new LogExcerpt("2030-01-01T12:00:00Z naïve 🙂 \0 \u001b[0m\n".repeat(2000), true);

        logs().keep(id, log);

        assertThat(logs().find(id)).contains(log);
    }

    @Test
    default void theLaterLogReplacesTheEarlier() {
        SandboxId id = ended();
        logs().keep(id, new LogExcerpt("first\n", true));
        logs().keep(id, new LogExcerpt("second\n", false));

        assertThat(logs().find(id)).contains(new LogExcerpt("second\n", false));
    }

    @Test
    default void ofASandboxThatIsNotRecordedNothingIsKept() {
        SandboxId id = anId();
        logs().keep(id, new LogExcerpt("lost\n", false));

        assertThat(logs().find(id)).isEmpty();
        assertThat(logs().find(ended())).isEmpty();
    }

    @Test
    default void aLogIsForgottenWithItsSandbox() {
        SandboxId id = ended();
        logs().keep(id, new LogExcerpt("old\n", false));

        repository().purgeEnded(NOW.plusSeconds(1));

        assertThat(logs().find(id)).isEmpty();
    }

    @Test
    default void ofTwoThatKeepAtTheSameTimeOneIsTheLast() {
        SandboxId id = ended();
        Concurrently.run(8, n -> () -> {
            logs().keep(id, new LogExcerpt(n + "\n", false));
            return null;
        });

        assertThat(logs().find(id))
                .get()
                .extracting(LogExcerpt::text)
                .asString()
                .matches("[0-7]\n");
    }
}
