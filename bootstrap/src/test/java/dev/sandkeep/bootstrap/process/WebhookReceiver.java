package dev.sandkeep.bootstrap.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Takes webhooks, and checks their signature as their receivers are told to. */
final class WebhookReceiver implements AutoCloseable {

    private static final byte[] KEY = "a key of more than 24 bytes".getBytes(StandardCharsets.UTF_8);
    static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final List<Told> accepted = new CopyOnWriteArrayList<>();
    private final AtomicReference<Runnable> next = new AtomicReference<>(() -> {});
    private volatile boolean refuses;

    WebhookReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    /** One call. */
    record Told(String id, int sequence, String sandbox, String state, boolean isSigned) {}

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** Everything that came and was taken, in order. */
    List<Told> accepted() {
        return List.copyOf(accepted);
    }

    /** Does something once, after a call came and before it is answered. */
    void onNextCall(Runnable action) {
        next.set(action);
    }

    void refuse(boolean refused) {
        refuses = refused;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String id = exchange.getRequestHeaders().getFirst("webhook-id");
            String timestamp = exchange.getRequestHeaders().getFirst("webhook-timestamp");
            String signature = exchange.getRequestHeaders().getFirst("webhook-signature");
            if (!refuses) {
                JsonNode data = JSON.readTree(body).path("data");
                accepted.add(new Told(
                        id,
                        data.path("sequence").asInt(),
                        data.path("sandboxId").asText(),
                        data.path("state").asText(),
                        MessageDigest.isEqual(
                                signature.getBytes(StandardCharsets.US_ASCII),
                                sign(id, timestamp, body).getBytes(StandardCharsets.US_ASCII))));
            }
            next.getAndSet(() -> {}).run();
            exchange.sendResponseHeaders(refuses ? 500 : 204, -1);
        }
    }

    private static String sign(String id, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
