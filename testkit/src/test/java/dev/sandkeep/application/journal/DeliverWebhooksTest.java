package dev.sandkeep.application.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.port.Deed;
import dev.sandkeep.application.port.WebhookCursors.DeadLetter;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemoryWebhookCursors;
import dev.sandkeep.testkit.fake.RecordingWebhookSender;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliverWebhooksTest {

    private static final URI ENDPOINT = URI.create("https://hooks.example.com/a");
    private static final int MOST = 3;

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final InMemorySandboxRepository repository = new InMemorySandboxRepository(clock);
    private final InMemoryWebhookCursors cursors = new InMemoryWebhookCursors(clock);
    private final RecordingWebhookSender sender = new RecordingWebhookSender();
    private final DeliverWebhooks one = server("one");
    private final DeliverWebhooks two = server("two");

    private DeliverWebhooks server(String name) {
        return new DeliverWebhooks(repository.journal(), cursors, sender, name, MOST, clock);
    }

    private void happen(int events) {
        IntStream.range(0, events).forEach(_ -> repository.add(Sandboxes.aSandbox(), null));
    }

    private static void steps(DeliverWebhooks server, int count) {
        IntStream.range(0, count).forEach(_ -> server.step(ENDPOINT));
    }

    @Test
    void aNewReceiverIsToldOfWhatComesInOrderAndOnce() {
        happen(2);
        steps(one, 1);
        happen(3);

        steps(one, 5);

        assertThat(sender.taken()).containsExactly(3L, 4L, 5L);
        assertThat(one.step(ENDPOINT)).isEqualTo(DeliverWebhooks.IDLE);
    }

    @Test
    void whatIsRefusedIsTriedAgainEverMoreSlowlyAndHoldsUpWhatComesAfter() {
        steps(one, 1);
        happen(2);
        sender.refuse("answered 500");

        assertThat(one.step(ENDPOINT)).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofMillis(999));
        steps(one, 1);
        assertThat(sender.tried()).containsExactly(1L);
        clock.advance(Duration.ofMillis(1));
        steps(one, 1);
        clock.advance(Duration.ofMillis(1999));
        steps(one, 1);
        assertThat(sender.tried()).containsExactly(1L, 1L);
        sender.refuse(null);
        clock.advance(Duration.ofMillis(1));
        steps(one, 2);

        assertThat(sender.taken()).containsExactly(1L, 2L);
        assertThat(cursors.listDead(10)).isEmpty();
    }

    @Test
    void whatIsRefusedTooOftenIsGivenUpAndTheNextIsTold() {
        steps(one, 1);
        happen(2);
        sender.refuse("answered 500");
        for (int attempt = 0; attempt < MOST; attempt++) {
            steps(one, 1);
            clock.advance(Duration.ofMinutes(1));
        }
        sender.refuse(null);

        steps(one, 1);

        assertThat(sender.taken()).containsExactly(2L);
        assertThat(cursors.listDead(10)).singleElement().satisfies(letter -> {
            assertThat(letter.number()).isEqualTo(1);
            assertThat(letter.attempts()).isEqualTo(MOST);
            assertThat(letter.reason()).isEqualTo("answered 500");
        });
    }

    @Test
    void whatWasDoneInASandboxIsPassedOver() {
        steps(one, 1);
        happen(1);
        SandboxId sandbox =
                repository.journal().listAfter(0, 1).getFirst().event().sandboxId();
        repository.note(Collections.nCopies(150, new Deed(clock.instant(), sandbox, "A command runs", Actor.SYSTEM)));
        happen(1);

        steps(one, 4);

        assertThat(sender.taken()).containsExactly(1L, 152L);
    }

    @Test
    void ofTwoServersOneTellsUntilItIsGone() {
        steps(one, 1);
        happen(2);
        steps(one, 1);
        steps(two, 1);
        assertThat(sender.taken()).containsExactly(1L);

        clock.advance(Duration.ofSeconds(14));
        steps(two, 1);

        assertThat(sender.taken()).containsExactly(1L, 2L);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "5,16", "10,512", "11,600", "100,600"})
    void pausesDoubleUpToTenMinutes(int attempt, int seconds) {
        assertThat(DeliverWebhooks.pauseAfter(attempt)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void aDeadLetterIsSentAgainWhenItIsAskedFor() {
        happen(1);
        steps(one, 1);
        clock.advance(Duration.ofSeconds(60));
        cursors.claim(ENDPOINT, "three", Duration.ofSeconds(30), 0);
        happen(1);
        cursors.bury("three", new DeadLetter(ENDPOINT, 2, MOST, "answered 500", clock.instant()));
        RetryDeadLetter retrying = new RetryDeadLetter(repository.journal(), cursors, sender, Set.of(ENDPOINT));
        sender.refuse("answered 503");

        assertThat(retrying.retry(ENDPOINT, 2)).isEqualTo(new RetryDeadLetter.Outcome.Refused("answered 503"));
        assertThat(retrying.retry(ENDPOINT, 1)).isEqualTo(new RetryDeadLetter.Outcome.Unknown());
        assertThat(retrying.retry(URI.create("https://elsewhere.example.com"), 2))
                .isEqualTo(new RetryDeadLetter.Outcome.Unknown());
        sender.refuse(null);
        assertThat(retrying.retry(ENDPOINT, 2)).isEqualTo(new RetryDeadLetter.Outcome.Taken());
        assertThat(cursors.listDead(10)).isEmpty();
        assertThat(retrying.retry(ENDPOINT, 2)).isEqualTo(new RetryDeadLetter.Outcome.Unknown());
    }
}
