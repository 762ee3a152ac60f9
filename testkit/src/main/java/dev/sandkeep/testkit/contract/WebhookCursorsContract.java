package dev.sandkeep.testkit.contract;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.WebhookCursors;
import dev.sandkeep.application.port.WebhookCursors.Cursor;
import dev.sandkeep.application.port.WebhookCursors.DeadLetter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link WebhookCursors} promises. An implementation gives each test one that is empty. */
public interface WebhookCursorsContract {

    URI ENDPOINT = URI.create("https://hooks.example.com/a?b=c");
    URI OTHER = URI.create("https://hooks.example.com/other");

    WebhookCursors cursors();

    /** Lets that much time pass where the claims are kept. */
    void passClaimTime(Duration time);

    private Optional<Cursor> claim(URI endpoint, String server) {
        return cursors().claim(endpoint, server, Duration.ofSeconds(30), 7);
    }

    @Test
    default void aNewReceiverBeginsWhereItIsToldTo() {
        assertThat(claim(ENDPOINT, "one")).contains(new Cursor(7, 0, null));
        assertThat(cursors().claim(ENDPOINT, "one", Duration.ofSeconds(30), 99)).contains(new Cursor(7, 0, null));
    }

    @Test
    default void ofTwoServersOneHasTheReceiverUntilItsClaimEnds() {
        claim(ENDPOINT, "one");

        passClaimTime(Duration.ofSeconds(20));
        assertThat(claim(ENDPOINT, "two")).isEmpty();
        assertThat(claim(OTHER, "two")).isPresent();
        assertThat(claim(ENDPOINT, "one")).isPresent();
        passClaimTime(Duration.ofSeconds(20));
        assertThat(claim(ENDPOINT, "two")).isEmpty();
        passClaimTime(Duration.ofSeconds(10));
        assertThat(claim(ENDPOINT, "two")).isPresent();
        assertThat(claim(ENDPOINT, "one")).isEmpty();
    }

    @Test
    default void ofManyThatClaimANewReceiverOneGetsIt() {
        List<Boolean> got =
                Concurrently.run(8, n -> () -> claim(ENDPOINT, "server-" + n).isPresent());

        assertThat(got).containsOnlyOnce(true);
    }

    @Test
    default void whatWasTakenIsNotToldAgain() {
        claim(ENDPOINT, "one");
        cursors().failed(ENDPOINT, "one", 3, NOW.plusSeconds(4));
        assertThat(claim(ENDPOINT, "one")).contains(new Cursor(7, 3, NOW.plusSeconds(4)));

        cursors().delivered(ENDPOINT, "one", 8);

        assertThat(claim(ENDPOINT, "one")).contains(new Cursor(8, 0, null));
    }

    @Test
    default void whoLostTheReceiverChangesNothing() {
        claim(ENDPOINT, "one");
        passClaimTime(Duration.ofSeconds(30));
        claim(ENDPOINT, "two");

        cursors().delivered(ENDPOINT, "one", 8);
        cursors().failed(ENDPOINT, "one", 1, NOW);
        cursors().bury("one", new DeadLetter(ENDPOINT, 8, 5, "late", NOW));

        assertThat(claim(ENDPOINT, "two")).contains(new Cursor(7, 0, null));
        assertThat(cursors().listDead(10)).isEmpty();
    }

    @Test
    default void whatIsGivenUpIsKeptAndTheNextIsTold() {
        claim(ENDPOINT, "one");
        claim(OTHER, "one");
        DeadLetter first = new DeadLetter(ENDPOINT, 8, 5, "answered 500 \0", NOW);
        DeadLetter second = new DeadLetter(OTHER, 9, 5, "answered 404", NOW.plusSeconds(1));
        cursors().bury("one", second);
        cursors().bury("one", first);

        assertThat(claim(ENDPOINT, "one")).contains(new Cursor(8, 0, null));
        assertThat(cursors().listDead(10)).extracting(DeadLetter::number).containsExactly(8L, 9L);
        assertThat(cursors().listDead(1)).hasSize(1);
        assertThat(cursors().findDead(OTHER, 9)).contains(second);
        assertThat(cursors().findDead(OTHER, 8)).isEmpty();

        cursors().removeDead(OTHER, 9);
        assertThat(cursors().findDead(OTHER, 9)).isEmpty();
        assertThat(cursors().purgeDead(NOW)).isZero();
        assertThat(cursors().purgeDead(NOW.plusSeconds(1))).isEqualTo(1);
    }
}
