package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Environment;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.Stale;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.sandbox.StopCause;
import dev.sandkeep.testkit.fixture.StoredSandboxes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link SandboxRepository} promises about single sandboxes. An implementation gives each test one that is
 * empty. {@link SandboxListingContract}, {@link SandboxCursorContract}, {@link SandboxLabelContract}, {@link
 * IdempotentRequestContract} and {@link OwnershipContract} hold the rest.
 */
public interface SandboxRepositoryContract
        extends SandboxListingContract,
                SandboxCursorContract,
                SandboxLabelContract,
                IdempotentRequestContract,
                OwnershipContract {

    private Sandbox added(Sandbox sandbox) {
        repository().add(sandbox, null);
        return sandbox;
    }

    private Sandbox stored(Sandbox sandbox) {
        return repository().find(sandbox.id()).orElseThrow();
    }

    static List<Sandbox> sandboxesOfEveryKind() {
        return StoredSandboxes.ofEveryKind();
    }

    @ParameterizedTest
    @MethodSource("dev.sandkeep.testkit.contract.SandboxRepositoryContract#sandboxesOfEveryKind")
    default void aSandboxComesBackAsItWas(Sandbox sandbox) {
        repository().add(sandbox, null);
        assertThat(stored(sandbox)).usingRecursiveComparison().isEqualTo(sandbox);
    }

    @Test
    default void anUnknownSandboxIsNotFound() {
        added(aSandbox());
        assertThat(repository().find(anId())).isEmpty();
    }

    @Test
    default void timesAreKeptToTheMicrosecond() {
        Instant precise = Instant.parse("2030-01-01T12:00:00.123456Z");
        Sandbox sandbox = Sandbox.request(anId(), aSpec().build(), Duration.ofSeconds(60), precise);
        repository().add(sandbox, null);
        assertThat(stored(sandbox).createdAt()).isEqualTo(precise);
        assertThat(stored(sandbox).expiresAt()).contains(precise.plusSeconds(60));
        assertThat(stored(sandbox).state().since()).isEqualTo(precise);
    }

    @Test
    default void anIdIsAddedOnce() {
        Sandbox sandbox = added(aSandbox());
        assertThatThrownBy(() -> repository().add(sandbox, null)).isInstanceOf(RuntimeException.class);
    }

    @Test
    default void aSavedSandboxHasTheNextVersion() {
        Sandbox sandbox = added(aSandbox());
        Sandbox saved = repository().save(sandbox.started(NOW.plusSeconds(1)));
        assertThat(saved.version()).isEqualTo(sandbox.version() + 1);
        assertThat(stored(sandbox)).usingRecursiveComparison().isEqualTo(saved);
    }

    @Test
    default void everyChangeIsKept() {
        Sandbox sandbox = added(aSandbox());
        Sandbox stopping = repository().save(sandbox.beginStop(StopCause.USER_DELETE, NOW.plusSeconds(1)));
        assertThat(stored(sandbox)).usingRecursiveComparison().isEqualTo(stopping);
        Sandbox stopped = repository().save(stopping.stopped(NOW.plusSeconds(2)));
        assertThat(stored(sandbox)).usingRecursiveComparison().isEqualTo(stopped);
        assertThat(stopped.deletedAt()).contains(NOW.plusSeconds(1));
    }

    @Test
    default void aMessageMayQuoteWhateverAProcessWrote() {
        Sandbox sandbox = added(aRunningSandbox());
        Exit exit = new Exit(1, Exit.Cause.PROCESS_ENDED, "a\0b\uD800c");
        Sandbox failed = repository().save(sandbox.observed(new Observation.Exited(exit), NOW));
        assertThat(stored(failed).state().message()).contains("Last output: a");
    }

    @Test
    default void aStaleSandboxIsNotSaved() {
        Sandbox sandbox = added(aSandbox());
        Sandbox saved = repository().save(sandbox.started(NOW));
        assertThatThrownBy(() -> repository().save(sandbox.beginStop(StopCause.TTL_EXPIRY, NOW)))
                .isInstanceOf(Stale.class);
        assertThat(stored(sandbox)).usingRecursiveComparison().isEqualTo(saved);
    }

    @Test
    default void aSandboxThatWasNeverAddedIsStale() {
        assertThatThrownBy(() -> repository().save(aRunningSandbox())).isInstanceOf(Stale.class);
    }

    @Test
    default void theEnvironmentIsKeptOnlyWhilePending() {
        Sandbox sandbox = added(aSandbox(aSpec().env("TOKEN", "hunter2")));
        Sandbox pending = repository().save(sandbox.progressed(StatusReason.PROVISIONING, "Pulling"));
        assertThat(stored(sandbox).spec().env()).isEqualTo(sandbox.spec().env());
        Sandbox running = repository().save(pending.started(NOW));
        assertThat(running.spec().env()).isEqualTo(Environment.none());
        assertThat(stored(sandbox).spec().env()).isEqualTo(Environment.none());
    }

    @Test
    default void anUnchangedSandboxIsNotStored() {
        Sandbox sandbox = added(aSandbox());
        assertThat(repository().update(sandbox.id(), current -> current)).isPresent();
        assertThat(stored(sandbox).version()).isEqualTo(sandbox.version());
    }

    @Test
    default void anUnknownSandboxIsNotUpdated() {
        assertThat(repository().update(anId(), current -> current.started(NOW))).isEmpty();
    }

    @Test
    default void ofConcurrentSavesOfOneVersionOneWins() {
        Sandbox sandbox = added(aSandbox());
        AtomicInteger stale = new AtomicInteger();
        Callable<Void> save = () -> {
            try {
                repository().save(sandbox.started(NOW));
            } catch (Stale somebodyWasFaster) {
                stale.incrementAndGet();
            }
            return null;
        };
        Concurrently.run(8, _ -> save);
        assertThat(stale).hasValue(7);
        assertThat(stored(sandbox).version()).isEqualTo(sandbox.version() + 1);
    }

    @Test
    default void noConcurrentUpdateIsLost() {
        Sandbox sandbox = added(aSandbox());
        Concurrently.run(
                8,
                n -> () -> repository()
                        .update(
                                sandbox.id(),
                                current -> current.progressed(
                                        StatusReason.PROVISIONING,
                                        current.state().message() + " " + n)));
        assertThat(stored(sandbox).version()).isEqualTo(sandbox.version() + 8);
        assertThat(stored(sandbox).state().message()).contains(" 0", " 1", " 2", " 3", " 4", " 5", " 6", " 7");
    }
}
