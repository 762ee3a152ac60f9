package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.StopCause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxRepository} promises about lists that are read from one position to the next. */
public interface SandboxCursorContract {

    /** The repository under test; the same one throughout a test. */
    SandboxRepository repository();

    private Sandbox added(Sandbox sandbox) {
        repository().add(sandbox, null);
        return sandbox;
    }

    private Page<Sandbox> list(Set<Kind> states, Map<String, String> metadata) {
        return repository().list(new SandboxQuery(states, metadata, 1, 100));
    }

    private static List<SandboxId> ids(Page<Sandbox> page) {
        return page.items().stream().map(Sandbox::id).toList();
    }

    private Sandbox addedAt(Instant createdAt) {
        return added(Sandbox.request(anId(), aSpec().build(), null, createdAt));
    }

    @Test
    default void aCursorShowsEverySandboxOnceWhateverComesAndGoesMeanwhile() {
        List<Sandbox> before = IntStream.range(0, 20)
                .mapToObj(i -> addedAt(NOW.plusSeconds(i / 4)))
                .toList();
        List<SandboxId> seen = new ArrayList<>();
        SandboxQuery.@Nullable Position after = null;
        while (true) {
            Page<Sandbox> page = repository().list(new SandboxQuery(Set.of(), Map.of(), 1, 3, after));
            seen.addAll(ids(page));
            if (!page.hasNextPage()) {
                break;
            }
            after = SandboxQuery.Position.of(page.items().getLast());
            addedAt(NOW.plusSeconds(100));
            end(page.items().getFirst());
            end(page.items().getLast());
        }
        assertThat(seen)
                .doesNotHaveDuplicates()
                .containsAll(before.stream().map(Sandbox::id).toList())
                .hasSize(20);
    }

    private void end(Sandbox sandbox) {
        repository()
                .save(repository()
                        .save(sandbox.beginStop(StopCause.USER_DELETE, NOW))
                        .stopped(NOW));
    }

    @Test
    default void aPageAfterACursorCountsAllAndKnowsWhetherMoreFollow() {
        IntStream.range(0, 7).forEach(second -> addedAt(NOW.plusSeconds(second)));
        List<Sandbox> all = list(Set.of(), Map.of()).items();
        SandboxQuery.Position third = SandboxQuery.Position.of(all.get(2));
        Page<Sandbox> next = repository().list(new SandboxQuery(Set.of(), Map.of(), 1, 3, third));
        Page<Sandbox> rest = repository().list(new SandboxQuery(Set.of(), Map.of(), 1, 4, third));
        Page<Sandbox> second = repository().list(new SandboxQuery(Set.of(), Map.of(), 2, 3, third));
        assertThat(ids(next))
                .isEqualTo(all.subList(3, 6).stream().map(Sandbox::id).toList());
        assertThat(next.totalItems()).isEqualTo(7);
        assertThat(next.hasNextPage()).isTrue();
        assertThat(ids(rest))
                .isEqualTo(all.subList(3, 7).stream().map(Sandbox::id).toList());
        assertThat(rest.hasNextPage()).isFalse();
        assertThat(ids(second)).containsExactly(all.getLast().id());
    }

    @Test
    default void aCursorGoesWithTheFilters() {
        for (int i = 0; i < 6; i++) {
            added(Sandbox.request(
                    anId(), aSpec().metadata("n", i % 2 == 0 ? "a" : "b").build(), null, NOW.plusSeconds(i)));
        }
        Map<String, String> even = Map.of("n", "a");
        List<Sandbox> all = list(Set.of(), even).items();
        SandboxQuery.Position first = SandboxQuery.Position.of(all.getFirst());
        for (Set<Kind> states : List.of(Set.<Kind>of(), Set.of(Kind.PENDING), Set.of(Kind.PENDING, Kind.PAUSED))) {
            Page<Sandbox> rest = repository().list(new SandboxQuery(states, even, 1, 10, first));
            assertThat(ids(rest))
                    .isEqualTo(all.subList(1, 3).stream().map(Sandbox::id).toList());
            assertThat(rest.totalItems()).isEqualTo(3);
        }
    }
}
