package dev.sandkeep.bootstrap.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_SANDBOXES = 3;
    /** The shortest lifetime there is, so that some end while the test goes on. */
    private static final int LIFETIME_SECONDS = 60;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private static final Set<Integer> AWAY = Set.of(429, 503);
    /** It does not run any more, is paused, or answers less quickly than the others. */
    private static final Set<Integer> NOT_REACHED = Set.of(404, 409, 410, 502, 504);

    private static final String PAGE = "{\"page\": \"of a sandbox\"}";
    private static final List<String> SERVE = List.of("sh", "-c", """
            mkdir -p /page && echo '%s' >/page/index.html && exec httpd -f -p 8000 -h /page""".formatted(PAGE));

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
        RENEW,
        PATCH,
        POLICY,
        PROXY,
        SNAPSHOT,
        DELETE
    }

    private final String name;
    private final ServerProcess server;
    private final SoakLog log;
    private final Random random;
    private final Map<String, Promise> promises = new HashMap<>();
    private final List<String> live = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    /** What was promised to be so; missing for what nobody can know, since an answer was lost. */
    private final Map<String, String> steps = new HashMap<>();

    private final Map<String, String> policies = new HashMap<>();
    private final List<String> snapshots = new ArrayList<>();
    private int created;
    private int changed;

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
            case RENEW -> renew(id);
            case PATCH -> patch(id);
            case POLICY -> changePolicy(id);
            case PROXY -> visit(id);
            case SNAPSHOT -> snapshot(id);
            case DELETE -> delete(id);
        };
    }

    /** With a key, so that a call without an answer is repeated rather than forgotten. */
    private String create() {
        String volume = random.nextBoolean() ? "" : """
                , "volumes": [{"name": "data", "mountPath": "/data",
                    "pvc": {"claimName": "%s-%d", "deleteOnSandboxTermination": true}}]""".formatted(name, created);
        String body = """
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": %d, "resourceLimits": {"memory": "32Mi"},
                 "entrypoint": %s, "metadata": {"client": "%s", "number": "%d"}%s%s}""".formatted(
                        random.nextBoolean() ? LIFETIME_SECONDS : LIFETIME_SECONDS * 60,
                        json(SERVE),
                        name,
                        created,
                        volume,
                        random.nextBoolean() ? "" : ", \"networkPolicy\": " + policy("198.18.200.4"));
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
        String step = steps.get(id);
        String target = policies.get(id);
        boolean kept = (step == null
                        || step.equals(
                                answer.body().path("metadata").path("step").asText()))
                && (target == null
                        || target.equals(answer.body()
                                .path("networkPolicy")
                                .path("egress")
                                .path(0)
                                .path("target")
                                .asText()));
        if (!kept) {
            return violation("GET " + id + " after step " + step + " and policy " + target, answer);
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

    /** An answer that was lost leaves two possible ends. */
    private String renew(String id) {
        Promise before = promises.get(id);
        Instant later = before.notAfter()
                .plusSeconds(1 + random.nextInt(LIFETIME_SECONDS))
                .truncatedTo(ChronoUnit.SECONDS);
        promises.put(id, new Promise(id, before.notBefore(), later));
        ServerProcess.Answer answer = server.send(
                "POST", "/v1/sandboxes/" + id + "/renew-expiration", "{\"expiresAt\": \"" + later + "\"}", Map.of());
        if (answer.status() == 200) {
            promises.put(id, new Promise(id, later, later));
        } else if (Set.of(404, 409).contains(answer.status())) {
            promises.put(id, before);
        } else if (!AWAY.contains(answer.status())) {
            return violation("RENEW " + id, answer);
        }
        return answer.status() + " until " + later;
    }

    private String patch(String id) {
        String step = Integer.toString(changed++);
        steps.remove(id);
        ServerProcess.Answer answer =
                server.send("PATCH", "/v1/sandboxes/" + id + "/metadata", "{\"step\": \"" + step + "\"}", Map.of());
        if (answer.status() == 200) {
            steps.put(id, step);
        } else if (!AWAY.contains(answer.status()) && !Set.of(404, 409).contains(answer.status())) {
            return violation("PATCH " + id, answer);
        }
        return answer.status() + " step " + step;
    }

    private String changePolicy(String id) {
        ServerProcess.Answer endpoint = server.send("GET", "/v1/sandboxes/" + id + "/endpoints/18080", null, Map.of());
        if (endpoint.status() != 200) {
            return accepted("POLICY " + id, endpoint);
        }
        String target = "198.18.200." + (4 + random.nextInt(100));
        policies.remove(id);
        ServerProcess.Answer answer = server.send(
                "PUT",
                "/v1/sandboxes/" + id + "/proxy/18080/policy",
                policy(target),
                Map.of(
                        "OPENSANDBOX-EGRESS-AUTH",
                        endpoint.body()
                                .path("headers")
                                .path("OPENSANDBOX-EGRESS-AUTH")
                                .asText()));
        if (answer.status() != 200) {
            return accepted("POLICY " + id, answer);
        }
        policies.put(id, target);
        return answer.status() + " " + target;
    }

    private static String policy(String target) {
        return "{\"defaultAction\": \"deny\", \"egress\": [{\"action\": \"allow\", \"target\": \"" + target + "\"}]}";
    }

    private String accepted(String what, ServerProcess.Answer answer) {
        return AWAY.contains(answer.status()) || NOT_REACHED.contains(answer.status())
                ? String.valueOf(answer.status())
                : violation(what, answer);
    }

    private String visit(String id) {
        ServerProcess.Answer answer =
                server.send("GET", "/v1/sandboxes/" + id + "/proxy/8000/index.html", null, Map.of());
        if (answer.status() != 200) {
            return accepted("PROXY " + id, answer);
        }
        return answer.body().path("page").asText().equals("of a sandbox") ? "200" : violation("PROXY " + id, answer);
    }

    /** One at a time: the one before is deleted first. */
    private String snapshot(String id) {
        if (!snapshots.isEmpty()) {
            return deleteSnapshot(snapshots.getFirst());
        }
        ServerProcess.Answer answer = server.send("POST", "/v1/sandboxes/" + id + "/snapshots", null, Map.of());
        if (answer.status() != 202) {
            return accepted("SNAPSHOT " + id, answer);
        }
        snapshots.add(answer.id());
        return answer.status() + " " + answer.id();
    }

    private String deleteSnapshot(String snapshot) {
        ServerProcess.Answer answer = server.send("DELETE", "/v1/snapshots/" + snapshot, null, Map.of());
        if (Set.of(204, 404).contains(answer.status())) {
            snapshots.remove(snapshot);
        }
        return accepted204("DELETE snapshot " + snapshot, answer);
    }

    private String accepted204(String what, ServerProcess.Answer answer) {
        return answer.status() == 204 ? "204" : accepted(what, answer);
    }

    private static String json(List<String> words) {
        try {
            return JSON.writeValueAsString(words);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A list of texts could not be written", impossible);
        }
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
