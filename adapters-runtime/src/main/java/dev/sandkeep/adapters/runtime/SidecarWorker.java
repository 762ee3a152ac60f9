package dev.sandkeep.adapters.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.SandboxException.GuardUnavailable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with the worker of a sidecar. The key never travels: requests are signed with it, and a signature holds for one
 * policy under one revision; answers carry a proof of the key. So whoever should answer in the worker's place learns nothing
 * that it could use, and nobody believes it. Thread-safe.
 */
public final class SidecarWorker {

    private static final int CONFLICT = 409;
    /** The worker counts from 0, before it was told anything. */
    private static final long REHEARSED = 1;

    private static final long FIRST_REVISION = REHEARSED + 1;
    /** As many as the worker takes for a revision. */
    private static final long QUESTIONS = 1L << 31;

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http;
    private final Duration timeout;

    /** @param timeout how long a worker that listens may take to answer */
    public SidecarWorker(Duration timeout) {
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Makes the policy hold, unless a newer one does.
     *
     * @throws ConnectException if nobody listens yet
     * @throws GuardUnavailable if who listens does not answer in time, or does not know the key
     */
    public void put(WorkerAddress worker, NetworkPolicy policy, long revision) throws ConnectException {
        putAs(worker, policy, FIRST_REVISION + revision);
    }

    /**
     * Has a worker that waits for its sandbox do once, with nothing allowed, what it will have to do quickly then. Any
     * policy of a sandbox comes after this one.
     *
     * @throws ConnectException if nobody listens yet
     * @throws GuardUnavailable if who listens does not answer in time, or does not know the key
     */
    public void rehearse(WorkerAddress worker) throws ConnectException {
        putAs(worker, new NetworkPolicy(Action.DENY, List.of()), REHEARSED);
    }

    private void putAs(WorkerAddress worker, NetworkPolicy policy, long number) throws ConnectException {
        String body = write(policy);
        HttpResponse<String> answer = send(
                worker,
                signed(worker, "PUT", "/policy", "", number, body)
                        .PUT(BodyPublishers.ofString(body))
                        .build());
        if (answer.statusCode() != 200 && answer.statusCode() != CONFLICT) {
            throw new GuardUnavailable("The network guard refused the policy: " + answer.body(), null);
        }
    }

    /**
     * The policy that holds; nothing if it was told none.
     *
     * @throws ConnectException if nobody listens
     * @throws GuardUnavailable if who listens does not answer in time, or does not know the key
     */
    public Optional<EnforcedPolicy> find(WorkerAddress worker) throws ConnectException {
        HttpResponse<String> answer = ask(worker, "/policy", "");
        long number = answer.headers().firstValueAsLong("Sandkeep-Revision").orElse(0);
        if (answer.statusCode() != 200) {
            throw new GuardUnavailable("The network guard did not tell its policy: " + answer.body(), null);
        }
        if (number < FIRST_REVISION) {
            return Optional.empty();
        }
        JsonNode policy = parse(answer.body()).path("policy");
        List<NetworkPolicy.Draft> rules = new ArrayList<>();
        policy.path("egress")
                .forEach(rule -> rules.add(new NetworkPolicy.Draft(
                        rule.path("action").asText(), rule.path("target").asText())));
        return Optional.of(new EnforcedPolicy(
                NetworkPolicy.parse(policy.path("defaultAction").asText(), rules), number - FIRST_REVISION));
    }

    /**
     * What it decided lately.
     *
     * @throws ConnectException if nobody listens
     * @throws GuardUnavailable if who listens does not answer in time, or does not know the key
     */
    public NetworkDecisions decisions(WorkerAddress worker, @Nullable Action verdict, int atMost)
            throws ConnectException {
        String query = "?limit=" + atMost
                + (verdict == null ? "" : "&verdict=" + verdict.name().toLowerCase(Locale.ROOT));
        HttpResponse<String> answer = ask(worker, "/decisions", query);
        if (answer.statusCode() != 200) {
            throw new GuardUnavailable("The network guard did not tell its decisions: " + answer.body(), null);
        }
        return read(parse(answer.body()));
    }

    /** Under a number of its own each time, so that the answer to an earlier question does not fit. */
    private HttpResponse<String> ask(WorkerAddress worker, String path, String query) throws ConnectException {
        long number = ThreadLocalRandom.current().nextLong(1, QUESTIONS);
        return send(worker, signed(worker, "GET", path, query, number, "").GET().build());
    }

    private HttpRequest.Builder signed(
            WorkerAddress worker, String method, String path, String query, long revision, String body) {
        String text = method + "\n" + path + "\n" + revision + "\n" + body;
        return HttpRequest.newBuilder(URI.create("http://" + worker.host() + ":" + worker.port() + path + query))
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("Sandkeep-Revision", Long.toString(revision))
                .header("Sandkeep-Signature", hmac(worker.key(), text));
    }

    private HttpResponse<String> send(WorkerAddress worker, HttpRequest request) throws ConnectException {
        HttpResponse<String> answer;
        try {
            answer = http.send(request, BodyHandlers.ofString());
        } catch (ConnectException notConnected) {
            requireListener(worker);
            throw new GuardUnavailable("The network guard cannot be reached", notConnected);
        } catch (IOException failed) {
            throw new GuardUnavailable("The network guard does not answer", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new GuardUnavailable("The network guard was not waited for", stopped);
        }
        if (!isProven(worker, request, answer)) {
            throw new GuardUnavailable("Somebody else answers in the place of the network guard", null);
        }
        return answer;
    }

    /** Whether anybody listens; as good as a call that fails, and much cheaper. */
    public boolean isListening(WorkerAddress worker) {
        try {
            requireListener(worker);
            return true;
        } catch (ConnectException | GuardUnavailable notYet) {
            return false;
        }
    }

    /** Asked once more with a plain socket: the HTTP client calls every connection that fails a refused one. */
    private void requireListener(WorkerAddress worker) throws ConnectException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(worker.host(), worker.port()), Math.toIntExact(timeout.toMillis()));
        } catch (ConnectException refused) {
            throw refused;
        } catch (IOException unreachable) {
            throw new GuardUnavailable("The network guard cannot be reached", unreachable);
        }
    }

    private static boolean isProven(WorkerAddress worker, HttpRequest request, HttpResponse<String> answer) {
        String signature = request.headers().firstValue("Sandkeep-Signature").orElse("");
        String text = "answer\n" + signature + "\n" + answer.statusCode() + "\n"
                + answer.headers().firstValue("Sandkeep-Revision").orElse("") + "\n" + answer.body();
        return MessageDigest.isEqual(
                hmac(worker.key(), text).getBytes(StandardCharsets.US_ASCII),
                answer.headers().firstValue("Sandkeep-Proof").orElse("").getBytes(StandardCharsets.US_ASCII));
    }

    private static String hmac(String key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(HexFormat.of().parseHex(key), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", missing);
        }
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException garbled) {
            throw new GuardUnavailable("The network guard gave an answer that cannot be read", garbled);
        }
    }

    /** The policy as the worker reads it. */
    public static String write(NetworkPolicy policy) {
        ObjectNode json = JSON.createObjectNode();
        json.put("defaultAction", policy.defaultAction().name().toLowerCase(Locale.ROOT));
        var rules = json.putArray("egress");
        policy.rules()
                .forEach(rule -> rules.addObject()
                        .put("action", rule.action().name().toLowerCase(Locale.ROOT))
                        .put("target", rule.target().text()));
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree of plain strings could not be written", impossible);
        }
    }

    /** The name of an IP protocol by its number; a decision without one is about a name. */
    private static String protocol(String number) {
        return switch (number) {
            case "" -> "dns";
            case "1" -> "icmp";
            case "6" -> "tcp";
            case "17" -> "udp";
            case "58" -> "icmpv6";
            default -> number;
        };
    }

    private static NetworkDecisions read(JsonNode json) {
        List<NetworkDecisions.Decision> recent = new ArrayList<>();
        for (JsonNode item : json.path("decisions")) {
            recent.add(new NetworkDecisions.Decision(
                    Instant.parse(item.path("time").asText()),
                    Action.valueOf(item.path("verdict").asText().toUpperCase(Locale.ROOT)),
                    item.path("target").asText(),
                    protocol(item.path("protocol").asText("")),
                    item.hasNonNull("port") ? Integer.valueOf(item.path("port").asInt()) : null,
                    item.path("reason").asText()));
        }
        JsonNode counters = json.path("counters");
        return new NetworkDecisions(
                recent,
                counters.path("allowed").asLong(),
                counters.path("denied").asLong());
    }
}
