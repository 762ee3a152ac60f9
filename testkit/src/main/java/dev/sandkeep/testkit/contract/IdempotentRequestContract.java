package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxRepository} promises about requests that may be repeated. */
public interface IdempotentRequestContract {

    /** The repository under test; the same one throughout a test. */
    SandboxRepository repository();

    private static IdempotentRequest request(String owner, String key, Sandbox sandbox, Instant at) {
        return new IdempotentRequest(owner, key, "fingerprint of " + sandbox.id(), sandbox.id(), at);
    }

    private long sandboxes() {
        return repository().list(new SandboxQuery(Set.of(), Map.of(), 1, 100)).totalItems();
    }

    @Test
    default void aRequestIsFoundByItsOwnerAndKey() {
        Sandbox sandbox = aSandbox();
        IdempotentRequest request = request("alice", "key", sandbox, NOW);
        Optional<IdempotentRequest> earlier = repository().add(sandbox, request);
        assertThat(earlier).isEmpty();
        assertThat(repository().findRequest("alice", "key", NOW.minusSeconds(1)))
                .contains(request);
        assertThat(repository().findRequest("alice", "KEY", NOW.minusSeconds(1)))
                .isEmpty();
        assertThat(repository().findRequest("bob", "key", NOW.minusSeconds(1))).isEmpty();
    }

    @Test
    default void aRequestIsNotFoundOnceItIsTooOld() {
        Sandbox sandbox = aSandbox();
        repository().add(sandbox, request("alice", "key", sandbox, NOW));
        assertThat(repository().findRequest("alice", "key", NOW)).isEmpty();
    }

    @Test
    default void underATakenKeyNothingIsAdded() {
        Sandbox first = aSandbox();
        Sandbox second = aSandbox();
        IdempotentRequest request = request("alice", "key", first, NOW);
        repository().add(first, request);
        Optional<IdempotentRequest> earlier =
                repository().add(second, request("alice", "key", second, NOW.plusSeconds(1)));
        assertThat(earlier).contains(request);
        assertThat(repository().find(second.id())).isEmpty();
    }

    @Test
    default void keysOfDifferentOwnersNeverMeet() {
        Sandbox first = aSandbox();
        Sandbox second = aSandbox();
        repository().add(first, request("alice", "key", first, NOW));
        Optional<IdempotentRequest> earlier = repository().add(second, request("bob", "key", second, NOW));
        assertThat(earlier).isEmpty();
        assertThat(sandboxes()).isEqualTo(2);
    }

    @Test
    default void aKeyIsFreeAgainAfterItsTime() {
        Sandbox first = aSandbox();
        Sandbox second = aSandbox();
        Instant later = NOW.plus(IdempotentRequest.KEPT);
        repository().add(first, request("alice", "key", first, NOW));
        IdempotentRequest again = request("alice", "key", second, later);
        Optional<IdempotentRequest> earlier = repository().add(second, again);
        assertThat(earlier).isEmpty();
        assertThat(repository().findRequest("alice", "key", NOW)).contains(again);
    }

    @Test
    default void aKeyIsNotTakenByASandboxThatWasNotAdded() {
        Sandbox sandbox = aSandbox();
        repository().add(sandbox, null);
        assertThatThrownBy(() -> repository().add(sandbox, request("alice", "key", sandbox, NOW)))
                .isInstanceOf(RuntimeException.class);
        assertThat(repository().findRequest("alice", "key", NOW.minusSeconds(1)))
                .isEmpty();
    }

    @Test
    default void ofConcurrentRequestsUnderOneKeyOneIsAdded() {
        List<Optional<IdempotentRequest>> answers = Concurrently.run(8, _ -> () -> {
            Sandbox sandbox = aSandbox();
            return repository().add(sandbox, request("alice", "key", sandbox, NOW));
        });
        assertThat(answers).filteredOn(Optional::isEmpty).hasSize(1);
        assertThat(answers.stream().flatMap(Optional::stream).distinct()).hasSize(1);
        assertThat(sandboxes()).isEqualTo(1);
    }

    @Test
    default void oldRequestsAreForgotten() {
        Sandbox old = aSandbox();
        Sandbox recent = aSandbox();
        repository().add(old, request("alice", "old", old, NOW));
        repository().add(recent, request("alice", "recent", recent, NOW.plusSeconds(1)));
        int forgotten = repository().purgeRequests(NOW.plusSeconds(1));
        assertThat(forgotten).isEqualTo(1);
        assertThat(repository().findRequest("alice", "old", Instant.EPOCH)).isEmpty();
        assertThat(repository().findRequest("alice", "recent", Instant.EPOCH)).isPresent();
    }
}
