package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.bootstrap.process.PrivateEngine.End;
import dev.sandkeep.testkit.fixture.SidecarImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Clients do random things to a guarded server on a real engine, both of which are killed now and then; afterwards
 * everything is as it was promised and nothing is left. {@code SOAK_MINUTES} says for how long if not for one, {@code SOAK_SEED}
 * repeats the choices of an earlier run; the log of all operations and the server's own are kept in {@code target/soak}.
 */
@Isolated
class SoakIT {

    private static final int CLIENTS = 16;
    private static final Duration SETTLED = Duration.ofMinutes(3);
    /** An end that falls into an outage is made up for when server and engine are back, and answer each other. */
    private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(60);

    /** Connections are kept: at most 64 to the engine, and one to each client. */
    private static final int MORE_THAN_A_FRESH_SERVER = 64 + CLIENTS + 20;

    private static final Path DOCKER = Path.of("/var/run/docker.sock");

    private final long seed =
            Long.parseLong(System.getenv().getOrDefault("SOAK_SEED", String.valueOf(System.nanoTime() % 1_000_000)));
    private final Duration duration =
            Duration.ofMinutes(Long.parseLong(System.getenv().getOrDefault("SOAK_MINUTES", "1")));
    /** Every two minutes, and at least three times in all. */
    private final Duration betweenKills = Arrays.asList(Duration.ofMinutes(2), duration.dividedBy(4)).stream()
            .min(Duration::compareTo)
            .orElseThrow();

    @TempDir
    Path directory;

    @Test
    void afterAllKillsEverythingIsAsPromisedAndNothingIsLeft() throws Exception {
        Path kept = Files.createTempDirectory(Files.createDirectories(Path.of("target", "soak")), seed + "-");
        try (SoakLog log = new SoakLog(kept.resolve("operations.log"));
                PrivateEngine docker = PrivateEngine.start(Files.createDirectory(directory.resolve("engine")))) {
            docker.copyImageFrom(DOCKER, "sandkeep-test/busybox:1");
            docker.copyImageFrom(DOCKER, SidecarImage.name());
            try (Cable _ = Cable.from(docker.namespace());
                    EngineProxy proxy = EngineProxy.before(docker.socket());
                    EngineView engine = new EngineView(proxy.url(), "soak");
                    ServerProcess server = new ServerProcess(kept, "soak", "unix://" + docker.socket())) {
                server.inNamespace(docker.namespace(), Cable.ENGINE)
                        .with("SANDKEEP_EGRESS_IMAGE", SidecarImage.name())
                        .with("SANDKEEP_EGRESS_RESOLVERS", StandInInternet.RESOLVER)
                        .start();
                Set<String> images = images(engine);

                List<SoakClient> clients = soak(server, docker, log);

                assertThat(clients)
                        .as("seed " + seed + ", log " + log)
                        .flatMap(SoakClient::violations)
                        .isEmpty();
                assertRecordsAndContainersAgree(server, engine, log);
                assertDeadlinesWereKept(server, clients);
                assertNothingIsLeft(server, engine, images);
            }
        }
    }

    private List<SoakClient> soak(ServerProcess server, PrivateEngine docker, SoakLog log) throws Exception {
        Instant end = Instant.now().plus(duration);
        List<SoakClient> clients = IntStream.range(0, CLIENTS)
                .mapToObj(number -> new SoakClient(number, seed, server, log))
                .toList();
        List<Future<?>> working = new ArrayList<>();
        // One thread, so that one thing is killed at a time, and is back before the next.
        try (ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            long every = betweenKills.toMillis();
            Future<?> kills =
                    killer.scheduleWithFixedDelay(() -> kill(server, log), every, every, TimeUnit.MILLISECONDS);
            working.add(schedule(killer, 1, () -> restart(docker, End.KILLED, log)));
            working.add(schedule(killer, 2, () -> restart(docker, End.STOPPED, log)));
            clients.forEach(client -> working.add(
                    threads.submit(() -> client.work(() -> Instant.now().isBefore(end)))));
            for (Future<?> done : working) {
                done.get(duration.plus(SETTLED).toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(kills.isDone()).as("every kill was followed by a start").isFalse();
        }
        return clients;
    }

    private Future<?> schedule(ScheduledExecutorService killer, int third, Runnable restart) {
        return killer.schedule(
                restart, duration.multipliedBy(third).dividedBy(3).toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void kill(ServerProcess server, SoakLog log) {
        try {
            server.kill();
            log.add("server", "KILLED", "away");
            server.start();
            log.add("server", "start", "back");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void restart(PrivateEngine docker, End how, SoakLog log) {
        try {
            log.add("engine", how.toString(), "away");
            docker.restart(how, () -> {});
            log.add("engine", "start", "back");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What has a record has a container, and the other way round; what is ready for the next sandbox has neither. */
    private static void assertRecordsAndContainersAgree(ServerProcess server, EngineView engine, SoakLog log) {
        await("records and containers agree; log " + log)
                .atMost(SETTLED)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    Set<String> live = live(server, "");
                    assertThat(live).isEqualTo(live(server, "&state=Running&state=Paused"));
                    Set<String> expected = new TreeSet<>();
                    live.forEach(id -> expected.addAll(List.of("sandkeep-" + id, "sandkeep-" + id + "-egress")));
                    assertThat(withoutSpares(engine)).isEqualTo(expected);
                });
    }

    private static Set<String> live(ServerProcess server, String states) {
        JsonNode items = server.send("GET", "/v1/sandboxes?pageSize=200" + states, null, Map.of())
                .body()
                .path("items");
        return items.valueStream().map(item -> item.path("id").asText()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> withoutSpares(EngineView engine) {
        return engine.containers().stream()
                .filter(name -> !name.startsWith("sandkeep-soak-egress-"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertDeadlinesWereKept(ServerProcess server, List<SoakClient> clients) {
        for (SoakClient client : clients) {
            for (SoakClient.Promise promise : client.promises().values()) {
                ServerProcess.Answer answer = server.getIncludingEnded(promise.id());
                assertThat(answer.status()).as(promise.toString()).isEqualTo(200);
                Instant transition = Instant.parse(
                        answer.body().path("status").path("lastTransitionAt").asText());
                if (Set.of("Terminated", "Failed").contains(answer.state())) {
                    assertThat(transition)
                            .as(promise + " " + answer.body())
                            .isBetween(promise.notBefore(), promise.notAfter().plus(LONGEST_OUTAGE));
                } else {
                    assertThat(promise.notAfter().plusSeconds(5))
                            .as(promise + " " + answer.body())
                            .isAfter(Instant.now());
                }
            }
        }
    }

    private static void assertNothingIsLeft(ServerProcess server, EngineView engine, Set<String> images)
            throws IOException {
        await("all snapshots can be deleted").atMost(SETTLED).until(() -> {
            // Of some nobody knows, since the answer was lost.
            JsonNode snapshots = server.send("GET", "/v1/snapshots?pageSize=200", null, Map.of())
                    .body()
                    .path("items");
            snapshots.forEach(snapshot ->
                    server.send("DELETE", "/v1/snapshots/" + snapshot.path("id").asText(), null, Map.of()));
            return snapshots.isEmpty();
        });
        live(server, "").forEach(id -> assertThat(server.delete(id).status()).isEqualTo(204));
        await("containers and volumes are gone").atMost(SETTLED).untilAsserted(() -> {
            assertThat(withoutSpares(engine)).isEmpty();
            assertThat(engine.volumes()).isEmpty();
        });
        await("images are gone")
                .atMost(SETTLED)
                .untilAsserted(() -> assertThat(images(engine)).isEqualTo(images));
        assertThat(engine.ask("GET", "/networks")
                        .valueStream()
                        .map(network -> network.path("Name").asText()))
                .containsExactlyInAnyOrder("bridge", "host", "none", "sandkeep-soak");
        int descriptors = server.fileDescriptors();
        int threads = server.threads();
        assertThat(server.stop()).isEqualTo(143);
        server.start();
        live(server, "");
        assertThat(descriptors).isLessThan(server.fileDescriptors() + MORE_THAN_A_FRESH_SERVER);
        assertThat(threads).isLessThan(server.threads() + MORE_THAN_A_FRESH_SERVER);
    }

    private static Set<String> images(EngineView engine) {
        return engine.ask("GET", "/images/json?all=true")
                .valueStream()
                .map(image -> image.path("Id").asText() + " " + image.path("RepoTags") + " " + image.path("Labels"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
