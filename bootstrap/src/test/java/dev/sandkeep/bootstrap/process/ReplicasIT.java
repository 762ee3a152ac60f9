package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.EngineProxy.Moment;
import dev.sandkeep.bootstrap.process.EngineProxy.Trap;
import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import dev.sandkeep.testkit.client.EventClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two real servers on one PostgreSQL and one engine, and what the other does when one is killed, stopped or stands still. */
@Isolated("It says how long a takeover may take")
class ReplicasIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    /** What a dead server left is taken over within this time. */
    private static final Duration TAKEN_OVER = Duration.ofSeconds(15);

    @TempDir
    Path directory;

    private TwoReplicas replicas;
    private ServerProcess one;
    private ServerProcess two;

    @BeforeEach
    void start() throws IOException {
        replicas = new TwoReplicas(directory).start();
        one = replicas.one;
        two = replicas.two;
    }

    @AfterEach
    void end() throws IOException {
        replicas.close();
    }

    private static void awaitState(ServerProcess server, String id, String state, Duration atMost) {
        await(id + " is " + state)
                .atMost(atMost)
                .untilAsserted(
                        () -> assertThat(server.getIncludingEnded(id).state()).isEqualTo(state));
    }

    private static void awaitDuties(ServerProcess server) {
        await("the duties are taken over").atMost(TAKEN_OVER).until(() -> Replicas.hasDuties(server));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "POST .*/containers/create, BEFORE_THE_REQUEST_REACHES_THE_ENGINE",
        "POST .*/containers/create, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
        "POST .*/containers/.*/start, BEFORE_THE_ANSWER_REACHES_THE_SERVER",
    })
    void whatADeadReplicaWasMakingIsMadeByTheOther(String request, Moment moment) {
        replicas.engineOfOne.set(new Trap(Pattern.compile("^" + request), moment, one::kill));
        String id = one.create(Replicas.SLEEPER).id();
        one.awaitDeath();

        awaitState(two, id, "Running", TAKEN_OVER);

        assertThat(replicas.engine.containers()).containsExactly("sandkeep-" + id);
        awaitDuties(two);
    }

    @Test
    void aDeletionThatADeadReplicaBeganIsFinishedByTheOther() throws IOException {
        String id = one.create(Replicas.SLEEPER, "Prefer", "wait=30").id();
        // Also when it is not the one with the duties that dies.
        replicas.engineOfTwo.set(new Trap(
                Pattern.compile("^DELETE .*/containers/"), Moment.BEFORE_THE_REQUEST_REACHES_THE_ENGINE, two::kill));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> cut = threads.submit(() -> two.delete(id));
            two.awaitDeath();

            awaitState(one, id, "Terminated", TAKEN_OVER);

            await().atMost(SOON).until(cut::isDone);
        }
        assertThat(replicas.engine.containers()).isEmpty();
    }

    @Test
    void aDeadlineIsKeptThoughTheReplicaThatKeptThemIsDead() {
        String id = one.create(Replicas.SLEEPER, "Prefer", "wait=30").id();
        Instant deadline = Instant.now().plusSeconds(2);
        assertThat(one.send(
                                "POST",
                                "/v1/sandboxes/" + id + "/renew-expiration",
                                "{\"expiresAt\": \"" + deadline + "\"}",
                                Map.of())
                        .status())
                .isEqualTo(200);

        one.kill();

        awaitState(two, id, "Terminated", TAKEN_OVER.plusSeconds(2));
        assertThat(two.getIncludingEnded(id).reason()).isEqualTo("ttl_expiry");
    }

    @Test
    void whatAStoppedReplicaLeftIsTakenOverAtOnce() throws IOException {
        String id = one.create(Replicas.SLEEPER, "Prefer", "wait=30").id();

        assertThat(one.stop()).isIn(0, 143);

        await().atMost(Duration.ofSeconds(5)).until(() -> Replicas.hasDuties(two));
        assertThat(two.get(id).state()).isEqualTo("Running");
    }

    /** As a machine that is suspended in the middle of a launch, and goes on when nobody counts on it any more. */
    @Test
    void aReplicaThatStoodStillDoesNotSpoilWhatTheOtherOneMadeMeanwhile() {
        replicas.engineOfOne.set(
                new Trap(Pattern.compile("^POST .*/containers/.*/start"), Moment.AS_THE_REQUEST_PASSES, one::freeze));
        String id = one.create(Replicas.SLEEPER).id();

        awaitState(two, id, "Running", TAKEN_OVER);
        String container = replicas.engine.inspect("sandkeep-" + id).path("Id").asText();
        // They are a lease of their own, which may end a moment later than that of the sandbox.
        awaitDuties(two);
        one.thaw();

        Replicas.awaitReady(one);
        await().during(Duration.ofSeconds(3))
                .atMost(SOON)
                .until(() -> two.get(id).state().equals("Running"));
        assertThat(replicas.engine.inspect("sandkeep-" + id).path("Id").asText())
                .isEqualTo(container);
        assertThat(Replicas.hasDuties(two)).isTrue();
        assertThat(Replicas.hasDuties(one)).isFalse();
    }

    @Test
    void aWatcherGoesOnAtTheOtherReplica() {
        List<String> seen = new ArrayList<>();
        String first = one.create(Replicas.SLEEPER, "Prefer", "wait=30").id();
        try (EventClient client = watch(one, "0")) {
            seen.add(client.next().id());
            one.kill();
        }
        String second = two.create(Replicas.SLEEPER, "Prefer", "wait=30").id();
        assertThat(two.delete(first).status()).isEqualTo(204);

        try (EventClient client = watch(two, seen.getLast())) {
            String told = "";
            while (!(told.contains(first) && told.contains("\"Terminated\""))) {
                EventClient.Event event = client.next();
                seen.add(event.id());
                told = event.data();
            }
        }

        assertThat(seen)
                .isEqualTo(IntStream.rangeClosed(1, seen.size())
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(two.get(second).state()).isEqualTo("Running");
    }

    private static EventClient watch(ServerProcess server, String lastEventId) {
        return EventClient.connect(
                URI.create("http://" + server.address() + "/v1/events"), ServerProcess.API_KEY, lastEventId);
    }

    @Test
    void withoutTheirDatabaseServersWaitAndGoOn() throws IOException {
        String id = one.create(Replicas.SLEEPER, "Prefer", "wait=30").id();
        String container = replicas.engine.inspect("sandkeep-" + id).path("Id").asText();

        replicas.database.goAway();

        for (ServerProcess server : List.of(one, two)) {
            await().atMost(SOON).until(() -> server.readiness() == 503);
            assertThat(server.text("GET", "/health/ready")).contains("the database");
        }
        assertThat(one.get(id).status()).isGreaterThanOrEqualTo(500);
        await("nobody has the duties any more").atMost(SOON).until(() -> !Replicas.hasDuties(one));
        assertThat(one.isAlive() && two.isAlive()).isTrue();
        replicas.database.comeBack();
        Replicas.awaitReady(one);
        Replicas.awaitReady(two);
        await().atMost(SOON).until(() -> Replicas.hasDuties(one) || Replicas.hasDuties(two));
        assertThat(replicas.engine.inspect("sandkeep-" + id).path("Id").asText())
                .isEqualTo(container);
        for (ServerProcess server : List.of(one, two)) {
            assertThat(server.create(Replicas.SLEEPER, "Prefer", "wait=30").state())
                    .isEqualTo("Running");
        }
    }
}
