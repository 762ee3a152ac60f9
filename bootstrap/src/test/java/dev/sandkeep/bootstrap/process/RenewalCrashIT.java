package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A renewal that was answered holds, whenever the server is killed; one that was not answered holds or does not. */
class RenewalCrashIT {

    private static final int CRASHES = 5;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Random random = new Random(20300101);

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("renew").started();

    private final EngineView engine = on.engine;
    private final ServerProcess server = on.server;

    /** What the deadline may be: the one that was answered last, and one that was not answered. */
    private final Set<Instant> possible = new HashSet<>();

    @Test
    void whatWasAnsweredHoldsOverEveryCrashAndTheSandboxEndsAtItsLastDeadline() throws IOException {
        ServerProcess.Answer created = server.create("""
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 3600, "resourceLimits": {},
                 "entrypoint": ["sleep", "10000"]}""", "Prefer", "wait=60");
        assertThat(created.state()).isEqualTo("Running");
        possible.add(Instant.parse(created.body().path("expiresAt").asText()));

        for (int crash = 0; crash < CRASHES; crash++) {
            int renewals = random.nextInt(5, 60);
            CompletableFuture<Void> killed = new CompletableFuture<>();
            renewUntilTheServerIsKilled(created.id(), renewals, killed);
            killed.join();
            server.awaitDeath();
            server.start();
            assertThat(possible).contains(expiresAt(created.id()));
            possible.retainAll(Set.of(expiresAt(created.id())));
        }

        assertThat(engine.containers()).containsExactly("sandkeep-" + created.id());
        Instant last = Instant.now().plusSeconds(5).truncatedTo(ChronoUnit.MICROS);
        assertThat(renew(created.id(), last)).isEqualTo(200);
        server.kill();
        server.start();
        await().atMost(SOON).until(() -> server.get(created.id()).state().equals("Terminated"));
        assertThat(Instant.parse(server.get(created.id())
                        .body()
                        .path("status")
                        .path("lastTransitionAt")
                        .asText()))
                .isAfterOrEqualTo(last);
        assertThat(engine.containers()).isEmpty();
    }

    /** The kill comes from another thread, at a moment that nobody chooses. */
    private void renewUntilTheServerIsKilled(String id, int renewals, CompletableFuture<Void> killed) {
        for (int i = 0; ; i++) {
            if (i == renewals) {
                killed.completeAsync(
                        () -> {
                            server.kill();
                            return null;
                        },
                        Thread::startVirtualThread);
            }
            Instant wanted =
                    Instant.now().plusSeconds(random.nextInt(600, 6000)).truncatedTo(ChronoUnit.MICROS);
            possible.add(wanted);
            try {
                assertThat(renew(id, wanted)).isEqualTo(200);
                possible.retainAll(Set.of(wanted));
            } catch (UncheckedIOException dead) {
                return;
            }
        }
    }

    private int renew(String id, Instant expiresAt) {
        return server.send(
                        "POST",
                        "/v1/sandboxes/" + id + "/renew-expiration",
                        "{\"expiresAt\": \"" + expiresAt + "\"}",
                        Map.of())
                .status();
    }

    private Instant expiresAt(String id) {
        return Instant.parse(server.get(id).body().path("expiresAt").asText());
    }
}
