package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Metadata;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.Stale;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxRepository} promises about labels that change: a sandbox is found by those it has now. */
public interface SandboxLabelContract {

    /** The repository under test; the same one throughout a test. */
    SandboxRepository repository();

    private Sandbox added(Sandbox sandbox) {
        repository().add(sandbox, null);
        return sandbox;
    }

    private Page<Sandbox> list(Map<String, String> metadata) {
        return repository().list(new SandboxQuery(Set.of(), metadata, 1, 100));
    }

    private static List<SandboxId> ids(Page<Sandbox> page) {
        return page.items().stream().map(Sandbox::id).toList();
    }

    @Test
    default void aChangedLabelIsFoundByItsNewValueOnly() {
        Sandbox sandbox = added(aSandbox(aSpec().metadata("team", "a").metadata("gone", "x")));
        Sandbox changed = repository().save(sandbox.changeMetadata(new Metadata(Map.of("team", "b", "added", ""))));
        repository().save(changed.started(NOW));
        assertThat(ids(list(Map.of("team", "b", "added", "")))).containsExactly(sandbox.id());
        assertThat(list(Map.of("team", "a")).items()).isEmpty();
        assertThat(list(Map.of("gone", "x")).items()).isEmpty();
    }

    @Test
    default void aChangeOfLabelsThatIsTooLateChangesNothing() {
        Sandbox sandbox = added(aSandbox(aSpec().metadata("team", "a")));
        repository().save(sandbox.started(NOW));
        Sandbox late = sandbox.changeMetadata(new Metadata(Map.of("team", "b")));
        assertThatThrownBy(() -> repository().save(late)).isInstanceOf(Stale.class);
        assertThat(ids(list(Map.of("team", "a")))).containsExactly(sandbox.id());
        assertThat(list(Map.of("team", "b")).items()).isEmpty();
    }

    @Test
    default void patchesOfDifferentLabelsAtTheSameTimeAllHold() {
        Sandbox sandbox = added(aSandbox(aSpec().metadata("kept", "x").metadata("k0", "taken.away")));
        Concurrently.run(8, n -> () -> {
            Map<String, @Nullable String> patch = new HashMap<>();
            patch.put("k" + n, n == 0 ? null : "v" + n);
            return repository()
                    .update(
                            sandbox.id(),
                            current -> current.changeMetadata(
                                    current.spec().metadata().patchedBy(patch)));
        });
        Map<String, String> expected = new HashMap<>(Map.of("kept", "x"));
        IntStream.range(1, 8).forEach(n -> expected.put("k" + n, "v" + n));
        Page<Sandbox> found = list(expected);
        assertThat(found.items())
                .singleElement()
                .satisfies(one -> assertThat(one.spec().metadata().labels()).isEqualTo(expected));
        assertThat(list(Map.of("k0", "taken.away")).items()).isEmpty();
    }
}
