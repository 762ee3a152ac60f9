package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Creates sandboxes at any of several replicas and deletes some; repeats whatever was not answered, at the next replica.
 * Used by one thread, but for what others ask of it meanwhile.
 */
final class ReplicaClient {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SHORT_LIFE = Duration.ofSeconds(5);

    /** A node takes about a hundred Pods, those of all clients. */
    private static final int MOST_KEPT = 10;

    private final int number;
    private final List<ServerProcess> replicas;
    private final Queue<Made> made = new ConcurrentLinkedQueue<>();
    private final Deque<String> kept = new ArrayDeque<>();
    private int turn;

    ReplicaClient(int number, List<ServerProcess> replicas) {
        this.number = number;
        this.replicas = replicas;
        this.turn = number;
    }

    /**
     * A sandbox that was made.
     *
     * @param deadline when it is to end, or null if it was deleted or is to stay
     * @param isKept whether it is to stay
     */
    record Made(String id, @Nullable Instant deadline, boolean isKept) {}

    Stream<Made> made() {
        return Stream.concat(made.stream(), kept.stream().map(id -> new Made(id, null, true)));
    }

    /** The ids of those whose deadline is over. Thread-safe. */
    Stream<String> due() {
        Instant now = Instant.now();
        return made.stream()
                .filter(each -> each.deadline() != null && each.deadline().isBefore(now))
                .map(Made::id);
    }

    /**
     * Of every three sandboxes one is deleted, one soon ends by itself and one stays, or is deleted later if many stay.
     *
     * @param mayBegin whether it is time for the sandbox of that number, from 0
     */
    void work(int creates, IntPredicate mayBegin) {
        for (int i = 0; i < creates; i++) {
            int next = i;
            await("it is time for the next sandbox")
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .until(() -> mayBegin.test(next));
            String id = create(i);
            switch (i % 3) {
                case 0 -> delete(id);
                case 1 -> made.add(new Made(id, endSoon(id), false));
                default -> kept.addLast(id);
            }
            if (kept.size() > MOST_KEPT) {
                delete(kept.removeFirst());
            }
        }
    }

    private String create(int i) {
        ServerProcess.Answer answer = answered(
                "POST",
                "/v1/sandboxes",
                Replicas.SLEEPER,
                Map.of("Idempotency-Key", "client-" + number + "-" + i),
                Set.of(202));
        return answer.id();
    }

    private void delete(String id) {
        answered("DELETE", "/v1/sandboxes/" + id, null, Map.of(), Set.of(204, 404));
        made.add(new Made(id, null, false));
    }

    /** Its deadline; the one of an attempt whose answer was lost, if that came to pass. */
    private Instant endSoon(String id) {
        Instant attempted = null;
        while (true) {
            Instant deadline = Instant.now().plus(SHORT_LIFE);
            ServerProcess.Answer answer = answered(
                    "POST",
                    "/v1/sandboxes/" + id + "/renew-expiration",
                    "{\"expiresAt\": \"" + deadline + "\"}",
                    Map.of(),
                    Set.of(200, 400, 404, 409));
            if (answer.status() == 200) {
                return deadline;
            }
            if (answer.status() != 400) {
                return attempted == null ? deadline : attempted;
            }
            // No replica answered before the deadline was over.
            attempted = deadline;
        }
    }

    private ServerProcess.Answer answered(
            String method, String path, @Nullable String body, Map<String, String> headers, Set<Integer> wanted) {
        AtomicReference<ServerProcess.@Nullable Answer> found = new AtomicReference<>();
        await(method + " " + path).atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> {
            ServerProcess replica = replicas.get(turn++ % replicas.size());
            try {
                ServerProcess.Answer answer = replica.send(method, path, body, headers);
                // What a replica that is about to die could not finish, the other one can.
                assertThat(answer.status())
                        .as(path + " " + answer.body())
                        .matches(status -> status >= 500 || wanted.contains(status));
                found.set(answer);
                return answer.status() < 500;
            } catch (UncheckedIOException cut) {
                return false;
            }
        });
        ServerProcess.Answer answer = found.get();
        if (answer == null) {
            throw new AssertionError("No answer to " + method + " " + path);
        }
        return answer;
    }
}
