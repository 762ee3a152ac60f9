package dev.sandkeep.application.journal;

import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditTrailTest {

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final InMemorySandboxRepository repository = new InMemorySandboxRepository(clock);
    private final Sandbox sandbox = aRunningSandbox();
    private final AuditTrail trail = new AuditTrail(repository::note, false, clock);

    @BeforeEach
    void add() {
        repository.add(sandbox, null);
    }

    private List<JournalEntry> written() {
        List<JournalEntry> all = repository.journal().listOf(sandbox.id(), 0, 100_000);
        return all.subList(1, all.size());
    }

    @Test
    void whatIsNotedIsWrittenWithItsTimeAndActor() {
        Actor alice = Actor.apiKey("alice", "request-1");
        Instant then = clock.instant();
        alice.run(() -> trail.note(sandbox.id(), "Command 1 runs"));
        clock.advance(Duration.ofSeconds(5));

        assertThat(written()).isEmpty();
        trail.write();

        assertThat(written()).singleElement().satisfies(entry -> {
            assertThat(entry.actor()).isEqualTo(alice);
            assertThat(entry.time()).isEqualTo(then);
            assertThat(entry.event().message()).isEqualTo("Command 1 runs");
        });
    }

    @Test
    void textsAreLeftOutUnlessTheyAreWanted() {
        AuditTrail withText = new AuditTrail(repository::note, true, clock);

        trail.note(sandbox.id(), "Command 1 runs", "echo hunter2");
        withText.note(sandbox.id(), "Command 2 runs", "echo hunter2");
        withText.note(sandbox.id(), "Command 3 runs", "x".repeat(100_000));
        trail.write();
        withText.write();

        assertThat(written())
                .extracting(entry -> entry.event().message())
                .satisfiesExactly(
                        message -> assertThat(message).isEqualTo("Command 1 runs"),
                        message -> assertThat(message).isEqualTo("Command 2 runs: echo hunter2"),
                        message -> assertThat(message).hasSizeLessThan(5000));
    }

    @Test
    void whatCannotBeWrittenWaitsAndIsWrittenOnce() {
        AtomicInteger writes = new AtomicInteger();
        AuditTrail patient = new AuditTrail(
                deeds -> {
                    if (writes.incrementAndGet() == 2) {
                        throw new IllegalStateException("the database is away");
                    }
                    repository.note(deeds);
                },
                false,
                clock);
        for (int i = 0; i < 1200; i++) {
            patient.note(sandbox.id(), "Command " + i + " runs");
        }

        assertThatThrownBy(patient::write).isInstanceOf(IllegalStateException.class);
        assertThat(written()).hasSize(500);
        patient.write();

        assertThat(written()).hasSize(1200);
        assertThat(written().getLast().event().message()).isEqualTo("Command 1199 runs");
    }

    @Test
    void noMoreWaitsThanMay() {
        for (int i = 0; i < AuditTrail.MOST_WAITING; i++) {
            trail.note(sandbox.id(), "A command runs");
        }

        assertThatThrownBy(() -> trail.note(sandbox.id(), "A command runs"))
                .isInstanceOf(SandboxException.Overloaded.class);
        trail.write();
        trail.note(sandbox.id(), "A command runs");
    }

    @Test
    void aSentenceIsBounded() {
        assertThat(AuditTrail.sentence("Files are deleted", List.of("/a", "/b")))
                .isEqualTo("Files are deleted: /a, /b");
        assertThat(AuditTrail.sentence("Files are deleted", Collections.nCopies(100, "/" + "x".repeat(1000))))
                .hasSizeLessThan(5000)
                .endsWith("and 80 more");
    }
}
