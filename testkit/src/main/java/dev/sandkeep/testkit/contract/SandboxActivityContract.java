package dev.sandkeep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxActivity} promises. */
public interface SandboxActivityContract {

    /** The activity under test; the same throughout a test. */
    SandboxActivity activity();

    /** The id of a sandbox that is stored. */
    SandboxId aStoredSandbox();

    @Test
    default void aSandboxThatWasNotUsedHasNoLastUse() {
        assertThat(activity().find(aStoredSandbox())).isEmpty();
        assertThat(activity().find(Sandboxes.anId())).isEmpty();
    }

    @Test
    default void theLatestUseOfEachSandboxIsKept() {
        SandboxId id = aStoredSandbox();
        SandboxId other = aStoredSandbox();

        activity().note(id, Sandboxes.NOW);
        activity().note(id, Sandboxes.NOW.plusSeconds(5));
        activity().note(id, Sandboxes.NOW.plusSeconds(3));
        activity().note(other, Sandboxes.NOW.plusSeconds(1));

        assertThat(activity().find(id)).contains(Sandboxes.NOW.plusSeconds(5));
        assertThat(activity().find(other)).contains(Sandboxes.NOW.plusSeconds(1));
    }

    @Test
    default void useOfAnUnknownSandboxIsNothing() {
        SandboxId unknown = Sandboxes.anId();

        activity().note(unknown, Sandboxes.NOW);

        assertThat(activity().find(unknown)).isEmpty();
    }

    @Test
    default void ofManyAtATimeTheLatestIsKept() {
        SandboxId id = aStoredSandbox();

        CompletableFuture.allOf(IntStream.rangeClosed(1, 20)
                        .mapToObj(second -> CompletableFuture.runAsync(
                                () -> activity().note(id, Sandboxes.NOW.plusSeconds(second))))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(activity().find(id)).contains(Sandboxes.NOW.plusSeconds(20));
    }
}
