package dev.sandkeep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.EndpointGenerations;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every {@link EndpointGenerations} promises. */
public interface EndpointGenerationsContract {

    /** The generations under test; the same ones throughout a test. */
    EndpointGenerations endpointGenerations();

    /** The id of a sandbox that is stored. */
    SandboxId aStoredSandbox();

    @Test
    default void aSandboxBeginsWithGenerationZero() {
        assertThat(endpointGenerations().current(aStoredSandbox())).isZero();
        assertThat(endpointGenerations().current(Sandboxes.anId())).isZero();
    }

    @Test
    default void everyAdvanceCountsForThatSandboxOnly() {
        SandboxId id = aStoredSandbox();
        SandboxId other = aStoredSandbox();

        endpointGenerations().advance(id);
        endpointGenerations().advance(id);
        endpointGenerations().advance(other);

        assertThat(endpointGenerations().current(id)).isEqualTo(2);
        assertThat(endpointGenerations().current(other)).isEqualTo(1);
    }

    @Test
    default void advancesAtTheSameMomentAllLeadOn() {
        SandboxId id = aStoredSandbox();

        CompletableFuture.allOf(Stream.generate(() -> CompletableFuture.runAsync(
                                () -> endpointGenerations().advance(id)))
                        .limit(8)
                        .toArray(CompletableFuture<?>[]::new))
                .join();

        assertThat(endpointGenerations().current(id)).isEqualTo(8);
    }
}
