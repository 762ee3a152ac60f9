package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aFailedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aPausedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aStoppingSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aTerminatedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.Page;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.StopCause;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxRepository} promises about many sandboxes: lists, deadlines, forgetting. */
public interface SandboxListingContract {

    /** The repository under test; the same one throughout a test. */
    SandboxRepository repository();

    private Sandbox added(Sandbox sandbox) {
        repository().add(sandbox, null);
        return sandbox;
    }

    private Sandbox added(Specs spec) {
        return added(aSandbox(spec));
    }

    private Sandbox addedAt(Instant createdAt, @Nullable Duration timeout) {
        return added(Sandbox.request(anId(), aSpec().build(), timeout, createdAt));
    }

    private Page<Sandbox> list(Set<Kind> states, Map<String, String> metadata) {
        return repository().list(new SandboxQuery(states, metadata, 1, 100));
    }

    private static List<SandboxId> ids(Page<Sandbox> page) {
        return page.items().stream().map(Sandbox::id).toList();
    }

    @Test
    default void anEmptyRepositoryListsNothing() {
        Page<Sandbox> page = list(Set.of(), Map.of());
        assertThat(page.items()).isEmpty();
        assertThat(page.totalItems()).isZero();
        assertThat(page.hasNextPage()).isFalse();
    }

    @Test
    default void withoutStatesEverythingThatHasNotEndedIsListed() {
        List<Sandbox> live = List.of(aSandbox(), aRunningSandbox(), aPausedSandbox(), aStoppingSandbox());
        live.forEach(this::added);
        added(aTerminatedSandbox());
        added(aFailedSandbox());
        Page<Sandbox> page = list(Set.of(), Map.of());
        assertThat(ids(page))
                .containsExactlyInAnyOrderElementsOf(
                        live.stream().map(Sandbox::id).toList());
        assertThat(page.totalItems()).isEqualTo(4);
    }

    @Test
    default void onlyTheStatesThatAreAskedForAreListed() {
        added(aSandbox());
        Sandbox running = added(aRunningSandbox());
        Sandbox terminated = added(aTerminatedSandbox());
        Page<Sandbox> one = list(Set.of(Kind.TERMINATED), Map.of());
        Page<Sandbox> two = list(Set.of(Kind.RUNNING, Kind.TERMINATED, Kind.FAILED), Map.of());
        assertThat(ids(one)).containsExactly(terminated.id());
        assertThat(ids(two)).containsExactlyInAnyOrder(running.id(), terminated.id());
        assertThat(two.totalItems()).isEqualTo(2);
    }

    @Test
    default void aSandboxMustHaveEveryLabelThatIsAskedFor() {
        Sandbox both =
                added(aSpec().metadata("team", "a").metadata("tier", "web").metadata("x", "y"));
        Sandbox one = added(aSpec().metadata("team", "a"));
        added(aSpec().metadata("team", "b").metadata("tier", "web"));
        added(aSpec().metadata("TEAM", "a"));
        assertThat(ids(list(Set.of(), Map.of("team", "a")))).containsExactlyInAnyOrder(both.id(), one.id());
        assertThat(ids(list(Set.of(), Map.of("team", "a", "tier", "web")))).containsExactly(both.id());
        assertThat(ids(list(Set.of(Kind.PENDING, Kind.RUNNING), Map.of("tier", "web", "team", "a"))))
                .containsExactly(both.id());
        assertThat(list(Set.of(Kind.RUNNING), Map.of("team", "a")).totalItems()).isZero();
    }

    @Test
    default void anEmptyLabelIsAValueLikeOthers() {
        Sandbox empty = added(aSpec().metadata("team", ""));
        added(aSpec().metadata("team", "a"));
        assertThat(ids(list(Set.of(), Map.of("team", "")))).containsExactly(empty.id());
    }

    @Test
    default void theNewestComesFirstAndTheIdDecidesBetweenEqualTimes() {
        List<Sandbox> sandboxes = new ArrayList<>();
        for (int second = 0; second < 3; second++) {
            for (int i = 0; i < 4; i++) {
                sandboxes.add(addedAt(NOW.plusSeconds(second), null));
            }
        }
        sandboxes.sort(Comparator.comparing(Sandbox::createdAt)
                .thenComparing(Sandbox::id)
                .reversed());
        List<SandboxId> expected = sandboxes.stream().map(Sandbox::id).toList();
        assertThat(ids(list(Set.of(), Map.of()))).isEqualTo(expected);
        assertThat(ids(list(Set.of(Kind.PENDING), Map.of()))).isEqualTo(expected);
        assertThat(ids(list(Set.of(Kind.PENDING, Kind.RUNNING), Map.of()))).isEqualTo(expected);
    }

    @Test
    default void pagesFollowOneAnother() {
        IntStream.range(0, 7).forEach(second -> addedAt(NOW.plusSeconds(second), null));
        List<SandboxId> all = ids(list(Set.of(), Map.of()));
        List<SandboxId> paged = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            Page<Sandbox> page = repository().list(new SandboxQuery(Set.of(), Map.of(), number, 3));
            assertThat(page.totalItems()).isEqualTo(7);
            assertThat(page.totalPages()).isEqualTo(3);
            assertThat(page.hasNextPage()).isEqualTo(number < 3);
            paged.addAll(ids(page));
        }
        assertThat(paged).isEqualTo(all);
    }

    @Test
    default void aPageBeyondTheLastIsEmptyAndStillCounts() {
        IntStream.range(0, 4).forEach(second -> addedAt(NOW.plusSeconds(second), null));
        Page<Sandbox> page = repository().list(new SandboxQuery(Set.of(), Map.of(), Integer.MAX_VALUE, 2));
        assertThat(page.items()).isEmpty();
        assertThat(page.totalItems()).isEqualTo(4);
    }

    @Test
    default void aSandboxTowardsWhoseDeadlineTimeDoesNotCountIsNotDue() {
        Sandbox running = repository().save(addedAt(NOW, Duration.ofSeconds(60)).started(NOW));
        Sandbox pausing = repository().save(running.beginPause(PausedTime.DOES_NOT_COUNT, NOW.plusSeconds(10)));
        assertThat(repository().listDue(NOW.plusSeconds(1000), 100)).isEmpty();
        Sandbox paused = repository().save(pausing.paused(NOW.plusSeconds(10)));
        Sandbox resuming = repository().save(paused.beginResume(NOW.plusSeconds(20)));
        repository().save(resuming.resumed(NOW.plusSeconds(20)));
        assertThat(repository().listDue(NOW.plusSeconds(69), 100)).isEmpty();
        assertThat(repository().listDue(NOW.plusSeconds(70), 100)).containsExactly(running.id());
    }

    @Test
    default void theLiveAreThoseThatHaveNotEnded() {
        Sandbox pending = added(aSandbox(aSpec().env("TOKEN", "hunter2")));
        Sandbox stopping = added(aStoppingSandbox());
        added(aTerminatedSandbox());
        added(aFailedSandbox());
        assertThat(repository().listLive())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyInAnyOrder(pending, stopping);
    }

    @Test
    default void theDueAreWantedAndAtTheirDeadlineOldestFirst() {
        Sandbox second = addedAt(NOW, Duration.ofSeconds(61));
        Sandbox first = addedAt(NOW, Duration.ofSeconds(60));
        addedAt(NOW, Duration.ofSeconds(62));
        addedAt(NOW, null);
        added(aStoppingSandbox());
        added(aTerminatedSandbox());
        Instant now = NOW.plusSeconds(61);
        assertThat(repository().listDue(now, 100)).containsExactly(first.id(), second.id());
        assertThat(repository().listDue(now, 1)).containsExactly(first.id());
        assertThat(repository().listDue(now.minusSeconds(2), 100)).isEmpty();
    }

    @Test
    default void aSandboxWhoseEndIsDecidedIsNoLongerDue() {
        Sandbox sandbox = addedAt(NOW, Duration.ofSeconds(60));
        repository().save(sandbox.beginStop(StopCause.TTL_EXPIRY, NOW.plusSeconds(60)));
        assertThat(repository().listDue(NOW.plusSeconds(60), 100)).isEmpty();
    }

    @Test
    default void whatEndedLongAgoIsForgotten() {
        Sandbox live = added(aSandbox(aSpec().metadata("team", "a")));
        Sandbox old =
                repository().save(added(aSandbox(aSpec().metadata("team", "a"))).beginStop(StopCause.USER_DELETE, NOW));
        repository().save(old.stopped(NOW.plusSeconds(1)));
        Sandbox recent = repository().save(added(aSandbox()).beginStop(StopCause.USER_DELETE, NOW));
        repository().save(recent.stopped(NOW.plusSeconds(2)));
        int forgotten = repository().purgeEnded(NOW.plusSeconds(2));
        assertThat(forgotten).isEqualTo(1);
        assertThat(repository().find(old.id())).isEmpty();
        assertThat(repository().find(recent.id())).isPresent();
        assertThat(ids(list(Set.of(), Map.of("team", "a")))).isEqualTo(Collections.singletonList(live.id()));
    }
}
