package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aFailedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aTerminatedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Snapshots.DISK_USE;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshotOf;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.port.Deed;
import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.application.port.Journal;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SnapshotRepository;
import dev.sandkeep.domain.admission.SnapshotQuota;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SandboxEvent.Kind;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxException.Stale;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.sandbox.StopCause;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotEvents;
import dev.sandkeep.domain.snapshot.SnapshotException;
import dev.sandkeep.domain.snapshot.SnapshotReason;
import dev.sandkeep.testkit.fake.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a {@link SandboxRepository} writes into its {@link Journal}, and what the journal promises to those who read. */
public interface JournalContract {

    /** The repository under test; its clock is {@link #clock}. */
    SandboxRepository repository();

    /** The journal of that repository. */
    Journal journal();

    /** A repository of another server on the same records; its own journal is the same. */
    SandboxRepository repositoryOfAnotherServer();

    /** Snapshots whose journal is the same. */
    SnapshotRepository snapshots();

    SettableClock clock();

    private List<JournalEntry> entriesOf(Sandbox sandbox) {
        return journal().listOf(sandbox.id(), 0, 1000);
    }

    private List<Kind> kindsOf(Sandbox sandbox) {
        return entriesOf(sandbox).stream().map(entry -> entry.event().kind()).toList();
    }

    private Sandbox added(Sandbox sandbox) {
        repository().add(sandbox, null);
        return sandbox;
    }

    @Test
    default void aNewSandboxIsWrittenDownWithWhoMadeIt() {
        Sandbox sandbox = aSandbox(aSpec().metadata("team", "blue").env("TOKEN", "hunter2"));
        Actor.apiKey("alice", "request-1").run(() -> repository().add(sandbox, null));

        assertThat(entriesOf(sandbox)).singleElement().satisfies(entry -> {
            assertThat(entry.event()).isEqualTo(SandboxEvent.created(sandbox));
            assertThat(entry.actor()).isEqualTo(Actor.apiKey("alice", "request-1"));
            assertThat(entry.time()).isEqualTo(clock().instant());
            assertThat(entry.toString()).doesNotContain("hunter2");
        });
    }

    @Test
    default void whatNobodyAskedForIsWrittenDownAsDoneByTheSystem() {
        Sandbox sandbox = added(aSandbox());

        assertThat(entriesOf(sandbox)).extracting(JournalEntry::actor).containsExactly(Actor.SYSTEM);
    }

    @Test
    default void everyChangeIsWrittenDownAsItIsAfterwards() {
        Sandbox sandbox = added(aSandbox());
        Sandbox running = repository().save(sandbox.started(NOW.plusSeconds(1)));
        Sandbox guarded = repository().save(running.changeNetworkPolicy(NetworkPolicy.allowAll()));
        Sandbox stopping = Actor.apiKey("bob", "request-2")
                .call(() -> repository().save(guarded.beginStop(StopCause.USER_DELETE, NOW.plusSeconds(2))));
        Sandbox stopped = repository().save(stopping.stopped(NOW.plusSeconds(3)));

        assertThat(entriesOf(sandbox))
                .extracting(JournalEntry::event)
                .containsExactly(
                        SandboxEvent.created(sandbox),
                        SandboxEvent.between(sandbox, running).getFirst(),
                        SandboxEvent.between(running, guarded).getFirst(),
                        SandboxEvent.between(guarded, stopping).getFirst(),
                        SandboxEvent.between(guarded, stopping).getLast(),
                        SandboxEvent.between(stopping, stopped).getFirst());
        assertThat(kindsOf(sandbox))
                .containsExactly(
                        Kind.CREATED,
                        Kind.STATE_CHANGED,
                        Kind.POLICY_CHANGED,
                        Kind.DELETION_REQUESTED,
                        Kind.STATE_CHANGED,
                        Kind.STATE_CHANGED);
        assertThat(entriesOf(sandbox))
                .extracting(entry -> entry.actor().name())
                .containsExactly("system", "system", "system", "bob", "bob", "system");
    }

    @Test
    default void anEndIsWrittenDownWithItsExitCodeAndWhateverTheProcessSaid() {
        Sandbox sandbox = added(aRunningSandbox());
        Exit exit = new Exit(3, Exit.Cause.PROCESS_ENDED, "a\0b 🙂");
        repository().save(sandbox.observed(new Observation.Exited(exit), NOW));

        assertThat(entriesOf(sandbox).getLast().event()).satisfies(event -> {
            assertThat(event.exitCode()).isEqualTo(3);
            assertThat(event.message()).contains("b 🙂");
        });
    }

    @Test
    default void mereProgressIsNotWrittenDown() {
        Sandbox sandbox = added(aSandbox());
        repository().save(sandbox.progressed(StatusReason.PROVISIONING, "Pulling 10%"));

        assertThat(kindsOf(sandbox)).containsExactly(Kind.CREATED);
    }

    @Test
    default void aChangeThatIsNotStoredIsNotWrittenDown() {
        Sandbox sandbox = added(aSandbox());
        repository().save(sandbox.started(NOW));
        long last = journal().extent().last();

        assertThatThrownBy(() -> repository().save(sandbox.beginStop(StopCause.TTL_EXPIRY, NOW)))
                .isInstanceOf(Stale.class);
        assertThatThrownBy(() -> repository().save(aRunningSandbox())).isInstanceOf(Stale.class);
        assertThatThrownBy(() -> repository().add(sandbox, null)).isInstanceOf(RuntimeException.class);
        assertThat(journal().extent().last()).isEqualTo(last);
    }

    @Test
    default void aRepeatedRequestIsNotWrittenDownAgain() {
        Sandbox sandbox = aSandbox();
        Sandbox repeated = aSandbox();
        repository().add(sandbox, new IdempotentRequest("alice", "key", "print", sandbox.id(), NOW));
        repository().add(repeated, new IdempotentRequest("alice", "key", "print", repeated.id(), NOW));

        assertThat(kindsOf(sandbox)).containsExactly(Kind.CREATED);
        assertThat(entriesOf(repeated)).isEmpty();
    }

    @Test
    default void entriesAreReadInOrderFromWhereTheReaderIs() {
        long before = journal().extent().last();
        List<SandboxId> ids =
                LongStream.range(0, 5).mapToObj(_ -> added(aSandbox()).id()).toList();

        assertThat(journal().listAfter(before + 1, 3))
                .extracting(entry -> entry.event().sandboxId())
                .isEqualTo(ids.subList(1, 4));
        assertThat(journal().listAfter(before + 1, 3))
                .extracting(JournalEntry::number)
                .containsExactly(before + 2, before + 3, before + 4);
        assertThat(journal().extent().last()).isEqualTo(before + 5);
        assertThat(journal().listAfter(before + 5, 3)).isEmpty();
        assertThat(journal().listOf(ids.get(2), before + 3, 3)).isEmpty();
        assertThat(journal().listOf(anId(), 0, 3)).isEmpty();
    }

    @Test
    default void whatConcernsAForgottenSandboxIsForgottenWithItAndThatIsTold() {
        clock().set(NOW);
        Sandbox ended = added(aTerminatedSandbox());
        Sandbox live = added(aRunningSandbox());
        long newest = entriesOf(live).getLast().number();
        clock().set(NOW.plusSeconds(10));

        assertThat(repository().purgeEnded(NOW.plusSeconds(5))).isEqualTo(1);

        assertThat(entriesOf(ended)).isEmpty();
        assertThat(kindsOf(live)).containsExactly(Kind.CREATED);
        assertThat(journal().extent()).isEqualTo(new Journal.Extent(newest, newest - 1));
    }

    @Test
    default void whatIsYoungerThanTheRetentionIsKeptWithoutItsSandbox() {
        clock().set(NOW);
        Sandbox ended = added(aFailedSandbox());
        clock().set(NOW.plusSeconds(10));
        repository().save(ended.beginStop(StopCause.USER_DELETE, NOW.plusSeconds(10)));

        assertThat(repository().purgeEnded(NOW.plusSeconds(5))).isEqualTo(1);

        assertThat(kindsOf(ended)).containsExactly(Kind.DELETION_REQUESTED);
    }

    @Test
    default void oldRenewalsAreForgottenWhileTheSandboxLives() {
        clock().set(NOW);
        Sandbox sandbox = added(aRunningSandbox());
        Sandbox renewed = repository().save(sandbox.renew(NOW.plusSeconds(1000), NOW));
        clock().set(NOW.plusSeconds(10));
        repository().save(renewed.renew(NOW.plusSeconds(2000), NOW));
        assertThat(kindsOf(sandbox)).containsExactly(Kind.CREATED, Kind.EXPIRY_RENEWED, Kind.EXPIRY_RENEWED);

        repository().purgeEnded(NOW.plusSeconds(5));

        assertThat(entriesOf(sandbox))
                .extracting(entry -> entry.event().expiresAt())
                .containsExactly(sandbox.expiresAt().orElseThrow(), NOW.plusSeconds(2000));
    }

    /** Several writers on two servers, and readers who must never see a number before all lower ones. */
    @Test
    default void whatWasDoneInASandboxIsWrittenDownInItsOrderWithItsOwnTimeAndActor() {
        Sandbox sandbox = added(aRunningSandbox());
        Actor alice = Actor.apiKey("alice", "request-1");
        Actor bob = Actor.apiKey("bob", "request-2");
        Instant time = clock().instant().minusSeconds(3);

        repository()
                .note(List.of(
                        new Deed(time, sandbox.id(), "Command 1 runs", alice),
                        new Deed(time, anId(), "Command 2 runs", alice),
                        new Deed(time.plusSeconds(1), sandbox.id(), "Command 3 runs", bob)));

        List<JournalEntry> entries = entriesOf(sandbox);
        assertThat(entries).hasSize(3);
        assertThat(entries.get(1).event().kind()).isEqualTo(Kind.EXECUTED);
        assertThat(entries.get(1).event().message()).isEqualTo("Command 1 runs");
        assertThat(entries.get(1).actor()).isEqualTo(alice);
        assertThat(entries.get(1).time()).isEqualTo(time);
        assertThat(entries.get(2).event().message()).isEqualTo("Command 3 runs");
        assertThat(entries.get(2).actor()).isEqualTo(bob);
        assertThat(entries.get(2).number()).isEqualTo(entries.get(1).number() + 1);
        assertThat(journal().extent().last()).isEqualTo(entries.get(2).number());
    }

    @Test
    default void whatBecomesOfASnapshotIsWrittenDownWithItsSandboxAndWhoAskedForIt() {
        Sandbox sandbox = added(aRunningSandbox());
        Snapshot snapshot = aSnapshotOf(sandbox.id());
        Actor.apiKey("alice", "request-1").run(() -> snapshots().add(snapshot));
        Snapshot ready = snapshots().save(snapshot.saved(DISK_USE, NOW));
        Actor.apiKey("bob", "request-2").run(() -> snapshots().save(ready.beginDelete(NOW)));
        snapshots().forget(snapshot.id());

        List<JournalEntry> entries = entriesOf(sandbox);
        assertThat(kindsOf(sandbox))
                .containsExactly(Kind.CREATED, Kind.SNAPSHOT_CREATED, Kind.SNAPSHOT_READY, Kind.SNAPSHOT_DELETED);
        assertThat(entries.subList(1, 4))
                .allSatisfy(entry -> assertThat(entry.event().snapshotId()).isEqualTo(snapshot.id()));
        assertThat(entries.get(1).event()).isEqualTo(SnapshotEvents.created(snapshot));
        assertThat(entries.get(2).event()).isEqualTo(SnapshotEvents.changed(ready));
        assertThat(entries)
                .extracting(entry -> entry.actor().name())
                .containsExactly("system", "alice", "system", "bob");
        assertThat(entries)
                .extracting(entry -> entry.event().state())
                .containsExactly("Running", "Creating", "Ready", "Deleting");
    }

    @Test
    default void theFailureOfASnapshotIsWrittenDownWithItsReason() {
        Snapshot snapshot = aSnapshotOf(anId());
        snapshots().add(snapshot);
        snapshots().save(snapshot.saveFailed(SnapshotReason.SNAPSHOT_RUNTIME_MISSING_IMAGE, "No space\0 left", NOW));

        assertThat(journal().listOf(snapshot.sandboxId(), 0, 10).getLast().event())
                .satisfies(event -> {
                    assertThat(event.kind()).isEqualTo(Kind.SNAPSHOT_FAILED);
                    assertThat(event.reason()).isEqualTo("snapshot_runtime_missing_image");
                    assertThat(event.message()).startsWith("No space");
                });
    }

    @Test
    default void aChangeOfASnapshotThatIsNotStoredIsNotWrittenDown() {
        Snapshot snapshot = aSnapshotOf(anId());
        snapshots().add(snapshot);
        snapshots().save(snapshot.saved(DISK_USE, NOW));
        long last = journal().extent().last();

        assertThatThrownBy(() -> snapshots().save(snapshot.saved(DISK_USE, NOW)))
                .isInstanceOf(SnapshotException.Stale.class);
        assertThatThrownBy(() -> snapshots().add(snapshot)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> snapshots().add(aSnapshotOf(anId()), new SnapshotQuota(0)))
                .isInstanceOf(SandboxException.QuotaExceeded.class);
        assertThat(journal().extent().last()).isEqualTo(last);
    }

    @Test
    default void whatBecomesOfASnapshotWhoseSandboxIsForgottenIsKeptForItsTime() {
        clock().set(NOW);
        Snapshot snapshot = aSnapshotOf(anId());
        snapshots().add(snapshot);
        clock().set(NOW.plusSeconds(10));
        snapshots().save(snapshot.saved(DISK_USE, NOW));

        repository().purgeEnded(NOW.plusSeconds(5));

        assertThat(journal().listOf(snapshot.sandboxId(), 0, 10))
                .extracting(entry -> entry.event().kind())
                .containsExactly(Kind.SNAPSHOT_READY);
    }

    @Test
    default void oldDeedsAreForgottenWhileTheSandboxLives() {
        Sandbox sandbox = added(aRunningSandbox());
        repository().note(List.of(new Deed(clock().instant(), sandbox.id(), "Command 1 runs", Actor.SYSTEM)));
        clock().advance(Duration.ofDays(2));

        repository().purgeEnded(clock().instant().minus(Duration.ofDays(1)));

        assertThat(kindsOf(sandbox)).containsExactly(Kind.CREATED);
    }

    @Test
    default void aReaderThatFollowsMissesNothingHoweverManyWrite() {
        int writers = 8;
        int sandboxesEach = 25;
        int expected = writers * sandboxesEach * 3;
        long before = journal().extent().last();
        AtomicInteger writing = new AtomicInteger(writers);
        List<List<Long>> followed = Concurrently.run(
                writers + 2,
                n -> n >= writers
                        ? () -> follow(before, writing)
                        : () -> {
                            try {
                                write(n % 2 == 0 ? repository() : repositoryOfAnotherServer(), sandboxesEach);
                                return List.of();
                            } finally {
                                writing.decrementAndGet();
                            }
                        });

        List<Long> all =
                LongStream.rangeClosed(before + 1, before + expected).boxed().toList();
        assertThat(followed.stream().filter(numbers -> !numbers.isEmpty()).toList())
                .containsExactly(all, all);
    }

    private static void write(SandboxRepository repository, int sandboxes) {
        for (int i = 0; i < sandboxes; i++) {
            Sandbox sandbox = Sandbox.request(anId(), aSpec().build(), Duration.ofMinutes(1), NOW);
            repository.add(sandbox, null);
            repository.update(sandbox.id(), current -> current.started(NOW));
            repository.update(sandbox.id(), current -> current.beginStop(StopCause.TTL_EXPIRY, NOW));
        }
    }

    /** The numbers in the order in which they were seen, until nobody writes any more and all is read. */
    private List<Long> follow(long from, AtomicInteger writing) {
        List<Long> seen = new ArrayList<>();
        long position = from;
        while (true) {
            boolean done = writing.get() == 0;
            List<JournalEntry> next = journal().listAfter(position, 7);
            if (next.isEmpty() && done) {
                return seen;
            }
            for (JournalEntry entry : next) {
                seen.add(entry.number());
                position = entry.number();
            }
        }
    }
}
