package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.testkit.client.EventClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients create and delete sandboxes while one of two replicas is killed and started again, in turn. {@code
 * REPLICA_CREATES} says how many sandboxes; the default is what takes about a minute on a container engine.
 */
abstract class ReplicaKills {

    private static final int CREATES = Integer.parseInt(System.getenv().getOrDefault("REPLICA_CREATES", "40"));
    private static final int CLIENTS = 4;
    /** How often a replica is killed at least; the creates are spread over that. */
    private static final int KILLS = Math.max(4, CREATES / 10);

    private static final Duration LONGEST = Duration.ofMinutes(5).plusSeconds(5L * CREATES);
    private static final Duration SETTLED = Duration.ofMinutes(1);

    /** How long after its deadline the end of a sandbox may be decided: the replica that keeps them may just be killed. */
    private static final Duration LATEST = Duration.ofSeconds(15);

    @TempDir
    Path directory;

    /** Replicas that are not started, on the runtime of this test. */
    abstract Replicas replicas() throws IOException;

    @Test
    void everySandboxIsThereExactlyOnceAndNothingIsDoneTwice() throws Exception {
        try (Replicas replicas = replicas()) {
            replicas.startBoth();
            List<ReplicaClient> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(number -> new ReplicaClient(number, List.of(replicas.one(), replicas.two())))
                    .toList();

            int kills = createWhileReplicasAreKilled(replicas, clients);

            List<ReplicaClient.Made> made =
                    clients.stream().flatMap(ReplicaClient::made).toList();
            assertThat(made).hasSize(CREATES);
            assertThat(kills).as("replicas that were killed").isGreaterThanOrEqualTo(KILLS);
            awaitTheTruth(replicas, made);
            Map<String, List<JsonNode>> trails = trails(replicas.two(), made);
            assertThat(trails.keySet())
                    .as("every create made one sandbox")
                    .isEqualTo(made.stream().map(ReplicaClient.Made::id).collect(Collectors.toSet()));
            trails.forEach(ReplicaKills::assertNothingWasDoneTwice);
            made.forEach(each -> assertItsDeadlineWasKept(each, trails.get(each.id())));
            made.stream()
                    .filter(ReplicaClient.Made::isKept)
                    .forEach(kept -> assertThat(replicas.one().delete(kept.id()).status())
                            .isEqualTo(204));
            await("nothing is left").atMost(SETTLED).untilAsserted(() -> {
                assertThat(replicas.units()).isEmpty();
                assertThat(replicas.leftovers()).isEmpty();
            });
        }
    }

    /** Returns how often one was killed. Ends with both running. */
    private static int createWhileReplicasAreKilled(Replicas replicas, List<ReplicaClient> clients) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicInteger kills = new AtomicInteger();
            List<Future<?>> working = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                ReplicaClient client = clients.get(i);
                int share = CREATES / CLIENTS + (i < CREATES % CLIENTS ? 1 : 0);
                working.add(threads.submit(
                        () -> client.work(share, number -> kills.get() * share >= (number + 1) * KILLS)));
            }
            while (!working.stream().allMatch(Future::isDone)) {
                ServerProcess victim = kills.get() % 2 == 0 ? replicas.one() : replicas.two();
                victim.kill();
                kills.incrementAndGet();
                victim.start();
                Replicas.awaitReady(victim);
                // Else there might be nobody for ever who keeps deadlines.
                await("the duties are somebody's")
                        .atMost(SETTLED)
                        .until(() -> Replicas.hasDuties(replicas.one()) || Replicas.hasDuties(replicas.two()));
                // Each take-over has its own time: a deadline that fell into one must not wait for the next one, too.
                await("what was due has ended").atMost(SETTLED).untilAsserted(() -> {
                    List<String> alive = victim.listIds();
                    assertThat(clients.stream().flatMap(ReplicaClient::due).filter(alive::contains))
                            .isEmpty();
                });
            }
            for (Future<?> done : working) {
                done.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
            }
            return kills.get();
        }
    }

    /** What is to run has its one container or Pod, and nothing else has any. */
    private static void awaitTheTruth(Replicas replicas, List<ReplicaClient.Made> made) {
        Set<String> kept = made.stream()
                .filter(ReplicaClient.Made::isKept)
                .map(ReplicaClient.Made::id)
                .collect(Collectors.toCollection(TreeSet::new));
        await("records and what is there are what was asked for")
                .atMost(SETTLED)
                .untilAsserted(() -> {
                    assertThat(running(replicas.one())).isEqualTo(kept);
                    assertThat(new TreeSet<>(replicas.two().listIds())).isEqualTo(kept);
                    assertThat(replicas.units())
                            .containsExactlyInAnyOrderElementsOf(
                                    kept.stream().map("sandkeep-"::concat).toList());
                });
    }

    private static Set<String> running(ServerProcess server) {
        return server.send("GET", "/v1/sandboxes?pageSize=200&state=Running", null, Map.of())
                .body()
                .path("items")
                .valueStream()
                .map(item -> item.path("id").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The whole journal, by sandbox. */
    private static Map<String, List<JsonNode>> trails(ServerProcess server, List<ReplicaClient.Made> made)
            throws IOException {
        Map<String, List<JsonNode>> trails = new HashMap<>();
        for (ReplicaClient.Made each : made) {
            server.send("GET", "/v1/sandboxes/" + each.id() + "/audit", null, Map.of())
                    .body()
                    .path("items")
                    .forEach(item -> trails.computeIfAbsent(each.id(), _ -> new ArrayList<>())
                            .add(item));
        }
        int entries = trails.values().stream().mapToInt(List::size).sum();
        try (EventClient client = EventClient.connect(
                URI.create("http://" + server.address() + "/v1/events"), ServerProcess.API_KEY, "0")) {
            for (int number = 1; number <= entries; number++) {
                EventClient.Event event = client.next();
                assertThat(event.id()).as("no number is left out").isEqualTo(Integer.toString(number));
                String id = event.data().replaceFirst(".*\"sandboxId\":\"([^\"]+)\".*", "$1");
                assertThat(trails).as("sandboxes that nobody asked for").containsKey(id);
            }
        }
        return trails;
    }

    /** Each step is in the trail once, in the order of a life. */
    private static void assertNothingWasDoneTwice(String id, List<JsonNode> trail) {
        List<String> states = trail.stream()
                .filter(entry -> Set.of("created", "state_changed")
                        .contains(entry.path("type").asText()))
                .map(entry -> entry.path("state").asText())
                .distinct()
                .toList();
        List<String> entered = new ArrayList<>();
        for (JsonNode entry : trail) {
            String type = entry.path("type").asText();
            String state = entry.path("state").asText();
            // A sandbox may be Pending for one reason after the other.
            if (type.equals("created") || (type.equals("state_changed") && !state.equals("Pending"))) {
                entered.add(state);
            }
        }
        assertThat(entered).as(id + " " + trail).isEqualTo(states);
        assertThat(trail.stream().map(entry -> entry.path("type").asText()).filter("created"::equals))
                .as(id + " " + trail)
                .hasSize(1);
        assertThat(trail.stream().map(entry -> entry.path("type").asText()).filter("deletion_requested"::equals))
                .as(id + " " + trail)
                .hasSizeLessThanOrEqualTo(1);
    }

    private static void assertItsDeadlineWasKept(ReplicaClient.Made made, List<JsonNode> trail) {
        Instant deadline = made.deadline();
        if (deadline != null) {
            JsonNode decision = trail.stream()
                    .filter(entry -> entry.path("state").asText().equals("Stopping"))
                    .findFirst()
                    .orElseThrow();
            assertThat(decision.path("reason").asText()).as(made.toString()).isEqualTo("ttl_expiry");
            assertThat(Instant.parse(decision.path("time").asText()))
                    .as(made.toString())
                    .isBetween(deadline, deadline.plus(LATEST));
        }
    }
}
