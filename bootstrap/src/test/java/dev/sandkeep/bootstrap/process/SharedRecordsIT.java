package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.EngineProxy.Moment;
import dev.sandkeep.bootstrap.process.EngineProxy.Trap;
import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real servers on one PostgreSQL and one engine, which answer as if they were one. */
class SharedRecordsIT {

    @TempDir
    static Path directory;

    private static TwoReplicas replicas;
    private static ServerProcess one;
    private static ServerProcess two;

    @BeforeAll
    static void start() throws IOException {
        replicas = new TwoReplicas(directory);
        one = replicas.one.with("SANDKEEP_QUOTA_SANDBOXES", "5");
        two = replicas.two.with("SANDKEEP_QUOTA_SANDBOXES", "5");
        replicas.start();
    }

    @AfterAll
    static void end() throws IOException {
        replicas.close();
    }

    @AfterEach
    void deleteAll() {
        one.listIds().forEach(id -> assertThat(two.delete(id).status()).isEqualTo(204));
    }

    @Test
    void anyReplicaAnswersForWhatAnotherOneMade() {
        Map<String, String> keyed = Map.of("Idempotency-Key", "once", "Prefer", "wait=30");
        Answer created = one.send("POST", "/v1/sandboxes", Replicas.SLEEPER, keyed);
        String id = created.id();
        assertThat(created.state()).isEqualTo("Running");

        assertThat(two.send("POST", "/v1/sandboxes", Replicas.SLEEPER, keyed).id())
                .isEqualTo(id);
        assertThat(two.get(id).state()).isEqualTo("Running");
        assertThat(two.listIds()).containsExactly(id);
        String path = "/v1/sandboxes/" + id;
        assertThat(two.send("POST", path + "/pause", null, Map.of()).status()).isEqualTo(202);
        assertThat(one.get(id).state()).isEqualTo("Paused");
        assertThat(one.send("POST", path + "/resume", null, Map.of()).status()).isEqualTo(202);
        assertThat(two.get(id).state()).isEqualTo("Running");
        String later = Instant.now().plusSeconds(900).toString();
        assertThat(two.send("POST", path + "/renew-expiration", "{\"expiresAt\": \"" + later + "\"}", Map.of())
                        .status())
                .isEqualTo(200);
        assertThat(one.get(id).body().path("expiresAt"))
                .isEqualTo(two.get(id).body().path("expiresAt"));
        assertThat(two.delete(id).status()).isEqualTo(204);
        assertThat(one.get(id).status()).isEqualTo(404);
        assertThat(replicas.engine.containers()).isEmpty();
    }

    /** Its end is told by the journal of the other one. */
    @Test
    void whoWaitsAtOneReplicaIsToldWhatTheOtherOneDid() {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        replicas.engineOfOne.set(
                new Trap(Pattern.compile("^POST .*/containers/create"), Moment.AS_THE_REQUEST_PASSES, () -> {
                    arrived.countDown();
                    awaitQuietly(goOn);
                }));
        String id =
                one.create(Replicas.SLEEPER, "Idempotency-Key", "waited-for").id();
        awaitQuietly(arrived);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> waiting = threads.submit(
                    () -> two.create(Replicas.SLEEPER, "Idempotency-Key", "waited-for", "Prefer", "wait=50"));
            await().during(Duration.ofMillis(300)).until(() -> !waiting.isDone());

            goOn.countDown();

            await().atMost(Duration.ofSeconds(30)).until(waiting::isDone);
            assertThat(waiting.resultNow().id()).isEqualTo(id);
            assertThat(waiting.resultNow().state()).isEqualTo("Running");
        }
    }

    @Test
    void aQuotaHoldsForAllReplicasTogether() {
        List<Future<Answer>> answers;
        // Closing waits for all of them.
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = IntStream.range(0, 10)
                    .mapToObj(i -> clients.submit(() -> (i % 2 == 0 ? one : two).create(Replicas.SLEEPER)))
                    .toList();
        }

        assertThat(answers)
                .extracting(answer -> answer.resultNow().status())
                .containsExactlyInAnyOrder(202, 202, 202, 202, 202, 403, 403, 403, 403, 403);
    }

    /** It gets the duties for that, and tells what it did. */
    @Test
    void everyReplicaComparesWhenItIsAskedTo() {
        for (ServerProcess replica : List.of(two, one)) {
            String stray = "stray-" + UUID.randomUUID();
            // The one with the duties compares by itself, too: made again until it is found on request.
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                replicas.engine.container(stray);

                Answer done = replica.send("POST", "/v1/admin/reconciliation", "", Map.of());

                assertThat(done.status()).as(done.body().toString()).isEqualTo(200);
                assertThat(done.body().path("findings").valueStream())
                        .extracting(
                                finding -> finding.path("name").asText(),
                                finding -> finding.path("outcome").asText())
                        .containsExactly(tuple(stray, "done"));
            });
            assertThat(replicas.engine.containers()).isEmpty();
            assertThat(Replicas.hasDuties(replica)).isTrue();
        }
    }

    /** What one server stops the other one lets go on, in whatever order they get to it. */
    @Test
    void pausesAndResumesAtBothReplicasLeaveWhatTheRecordSays() {
        String id = one.create(Replicas.SLEEPER, "Prefer", "wait=30").id();
        String path = "/v1/sandboxes/" + id;
        for (int i = 0; i < 5; i++) {
            List<Future<Answer>> answers;
            // Closing waits for all of them.
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                answers = List.of(
                        threads.submit(() -> one.send("POST", path + "/pause", null, Map.of())),
                        threads.submit(() -> two.send("POST", path + "/pause", null, Map.of())),
                        threads.submit(() -> two.send("POST", path + "/resume", null, Map.of())));
            }
            // One that finds the sandbox on its way into the other state is refused.
            assertThat(answers)
                    .extracting(answer -> answer.resultNow().status())
                    .allMatch(status -> status == 202 || status == 409);

            String state = one.get(id).state();

            assertThat(state).isIn("Running", "Paused");
            assertThat(replicas.engine
                            .inspect("sandkeep-" + id)
                            .path("State")
                            .path("Paused")
                            .asBoolean())
                    .isEqualTo(state.equals("Paused"));
            assertThat(two.send("POST", path + "/resume", null, Map.of()).status())
                    .isEqualTo(202);
        }
    }

    @Test
    void aServerWithAnotherSecretKeyDoesNotStart() throws IOException, InterruptedException {
        ServerProcess third = replicas.server("three", replicas.engineOfTwo)
                .with(
                        "SANDKEEP_DATABASE_SECRET_KEY",
                        Base64.getEncoder()
                                .encodeToString("another-key-of-32-bytes-in-all!!".getBytes(StandardCharsets.UTF_8)));
        Path log = directory.resolve("three.log");

        Process process = third.anotherProcess(log);

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(Files.readString(log)).contains("database.secret-key");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("Interrupted", stopped));
        }
    }
}
