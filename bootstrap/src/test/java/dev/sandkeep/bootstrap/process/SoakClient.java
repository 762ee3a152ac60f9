package dev.sandkeep.bootstrap.process;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One of several clients of a server that may be killed at any moment, as may its engine. Does random things to sandboxes
 * of its own, and remembers what it was promised. Its choices follow from its seed and the answers. Used by one thread.
 */
final class SoakClient {

    private static final int MOST_SANDBOXES = 3;
    /** The shortest lifetime there is, so that some end while the test goes on. */
    private static final int LIFETIME_SECONDS = 60;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private static final Set<Integer> AWAY = Set.of(429, 503);

    /**
     * What the client knows of a sandbox.
     *
     * @param notBefore when it may end by itself at the earliest, by what the server answered last
     * @param notAfter when it must have ended, whatever became of a call without an answer
     */
    record Promise(String id, Instant notBefore, Instant notAfter) {}

    private enum Operation {
        CREATE,
        GET,
        LIST,
        PAUSE,
        RESUME,
        DELETE
    }

    private final String name;
    private final ServerProcess server;
    private final SoakLog log;
    private final Random random;
    private final Map<String, Promise> promises = new HashMap<>();
    private final List<String> live = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private int created;

    SoakClient(int number, long seed, ServerProcess server, SoakLog log) {
        this.name = "client-" + number;
        this.server = server;
        this.log = log;
        this.random = new Random(seed + number);
    }

    void work(BooleanSupplier goOn) {
        while (goOn.getAsBoolean()) {
            Operation operation = live.isEmpty() ? Operation.CREATE : pick();
            String id = live.isEmpty() ? "" : live.get(random.nextInt(live.size()));
            try {
                log.add(name, operation + " " + id, perform(operation, id));
            } catch (UncheckedIOException cut) {
                log.add(name, operation + " " + id, "no answer: " + cut.getCause());
            }
        }
    }

    private Operation pick() {
        Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
        return operation == Operation.CREATE && live.size() >= MOST_SANDBOXES ? Operation.GET : operation;
    }

    private String perform(Operation operation, String id) {
        return switch (operation) {
            case CREATE -> create();
            case GET -> get(id);
            case LIST -> list();
            case PAUSE -> change(id, "pause");
            case RESUME -> change(id, "resume");
            case DELETE -> delete(id);
        };
    }

    /** With a key, so that a call without an answer is repeated rather than forgotten. */
    private String create() {
        String volume = random.nextBoolean() ? "" : """
                , "volumes": [{"name": "data", "mountPath": "/data",
                    "pvc": {"claimName": "%s-%d", "deleteOnSandboxTermination": true}}]""".formatted(name, created);
        String body =
                """
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": %d, "resourceLimits": {"memory": "32Mi"},
                 "entrypoint": ["sleep", "100000"], "metadata": {"client": "%s", "number": "%d"}%s}""".formatted(random.nextBoolean() ? LIFETIME_SECONDS : LIFETIME_SECONDS * 60, name, created, volume);
        ServerProcess.Answer answer =
                retried("POST", "/v1/sandboxes", body, Map.of("Idempotency-Key", name + "-" + created));
        created++;
        if (answer.status() != 202) {
            return violation("CREATE", answer);
        }
        Instant end = Instant.parse(answer.body().path("expiresAt").asText());
        promises.put(answer.id(), new Promise(answer.id(), end, end));
        live.add(answer.id());
        return answer.status() + " " + answer.id() + " until " + end;
    }

    /** Until the server is there and has room. */
    private ServerProcess.Answer retried(
            String method, String path, @Nullable String body, Map<String, String> headers) {
        while (true) {
            try {
                ServerProcess.Answer answer = server.send(method, path, body, headers);
                if (!AWAY.contains(answer.status())) {
                    return answer;
                }
                log.add(name, method + " " + path, answer.status() + " again");
            } catch (UncheckedIOException cut) {
                log.add(name, method + " " + path, "no answer, again");
            }
            pause();
        }
    }

    private static void pause() {
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
    }

    private String get(String id) {
        ServerProcess.Answer answer = server.getIncludingEnded(id);
        if (AWAY.contains(answer.status())) {
            return String.valueOf(answer.status());
        }
        if (answer.status() != 200) {
            return violation("GET " + id, answer);
        }
        if (Set.of("Terminated", "Failed").contains(answer.state())) {
            ended(id, answer);
        }
        return answer.status() + " " + answer.state() + " " + answer.reason();
    }

    /** Nobody but its deadline may end it: the entry process sleeps, and its client did not delete it. */
    private void ended(String id, ServerProcess.Answer answer) {
        live.remove(id);
        Instant at = Instant.parse(
                answer.body().path("status").path("lastTransitionAt").asText());
        if (!answer.reason().equals("ttl_expiry")
                || at.isBefore(promises.get(id).notBefore())) {
            violation("ended " + id, answer);
        }
    }

    private String list() {
        ServerProcess.Answer answer =
                server.send("GET", "/v1/sandboxes?pageSize=100&metadata=client%3D" + name, null, Map.of());
        return AWAY.contains(answer.status()) || answer.status() == 200
                ? answer.status() + " " + answer.body().path("items").size()
                : violation("LIST", answer);
    }

    /** Its state may have changed since the client saw it last, which is a conflict and no fault. */
    private String change(String id, String what) {
        ServerProcess.Answer answer = server.send("POST", "/v1/sandboxes/" + id + "/" + what, null, Map.of());
        boolean expected = Set.of(202, 409).contains(answer.status()) || AWAY.contains(answer.status());
        return expected ? String.valueOf(answer.status()) : violation(what + " " + id, answer);
    }

    private String delete(String id) {
        // Whatever comes of it: from now on it may be gone.
        live.remove(id);
        promises.remove(id);
        ServerProcess.Answer answer = retried("DELETE", "/v1/sandboxes/" + id, null, Map.of());
        return Set.of(204, 404).contains(answer.status())
                ? String.valueOf(answer.status())
                : violation("DELETE " + id, answer);
    }

    private String violation(String what, ServerProcess.Answer answer) {
        String text = name + ": " + what + " -> " + answer.status() + " " + answer.body();
        violations.add(text);
        return "VIOLATION " + text;
    }

    /** What happened that must not. */
    List<String> violations() {
        return violations;
    }

    /** Of the sandboxes that were not deleted. */
    Map<String, Promise> promises() {
        return promises;
    }
}
