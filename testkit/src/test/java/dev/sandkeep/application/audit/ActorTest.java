package dev.sandkeep.application.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ActorTest {

    private static final Actor ALICE = Actor.apiKey("alice", "request-1");
    private static final Actor TOKEN = Actor.sandboxToken("egress", "request-2");

    @Test
    void whatNobodyAskedForIsDoneByTheSystem() {
        assertThat(Actor.current()).isEqualTo(Actor.SYSTEM);
    }

    @Test
    void aBindingHoldsForWhatIsCalledAndNoLonger() {
        assertThat(ALICE.call(Actor::current)).isEqualTo(ALICE);
        assertThat(Actor.current()).isEqualTo(Actor.SYSTEM);
    }

    @Test
    void theInnermostBindingHolds() {
        assertThat(ALICE.call(() -> TOKEN.call(Actor::current))).isEqualTo(TOKEN);
        assertThat(ALICE.call(() -> {
                    TOKEN.run(() -> {});
                    return Actor.current();
                }))
                .isEqualTo(ALICE);
    }

    @Test
    void whatIsHandedToAnotherThreadIsDoneByTheSystem() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Actor there = ALICE.call(() -> CompletableFuture.supplyAsync(Actor::current, threads))
                    .join();

            assertThat(there).isEqualTo(Actor.SYSTEM);
        }
    }

    @Test
    void aFailureComesThroughAndEndsTheBinding() {
        assertThatThrownBy(() -> ALICE.call(() -> {
                    throw new IOException("as it is");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("as it is");
        assertThat(Actor.current()).isEqualTo(Actor.SYSTEM);
    }
}
