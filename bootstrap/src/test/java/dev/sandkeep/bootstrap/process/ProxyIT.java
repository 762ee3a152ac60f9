package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sandkeep.testkit.fixture.SidecarImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real service in a real container, reached through the server as it is shipped, whose heap is 128 MiB. */
class ProxyIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGE = 1 << 30;
    private static final int BLOCK = 1 << 16;

    @TempDir
    Path directory;

    private EngineProxy proxy;
    private EngineView engine;
    private ServerProcess server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private void start(boolean guarded) throws IOException {
        String instance = "proxy-" + UUID.randomUUID().toString().substring(0, 8);
        proxy = EngineProxy.before(Path.of("/var/run/docker.sock"));
        engine = new EngineView(proxy.url(), instance);
        server = new ServerProcess(directory, instance, proxy.address());
        if (guarded) {
            server.with("SANDKEEP_EGRESS_IMAGE", SidecarImage.name());
        }
        server.start();
    }

    @AfterEach
    void end() throws IOException {
        client.close();
        server.close();
        engine.close();
        proxy.close();
    }

    /** A sandbox that answers at port 8000, and how it is reached. */
    private final class Service {

        private final String id;
        private final String endpoint;
        private final Map<String, String> headers;

        Service() throws IOException {
            id = server.create(request()).id();
            JsonNode found = endpoint("8000");
            endpoint = found.path("endpoint").asText();
            headers = JSON.convertValue(
                    found.path("headers"),
                    JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class));
        }

        private JsonNode endpoint(String port) {
            ServerProcess.Answer answer =
                    server.send("GET", "/v1/sandboxes/" + id + "/endpoints/" + port, null, Map.of());
            assertThat(answer.status()).isEqualTo(200);
            return answer.body();
        }

        HttpRequest.Builder to(String path) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + endpoint + path));
            headers.forEach(request::header);
            return request;
        }

        HttpResponse<String> get(String path) {
            return send(to(path).build());
        }

        void awaitStatus(int status) {
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> get("/").statusCode() == status);
        }
    }

    /** Asks for a sandbox with that service. */
    static String request() throws IOException {
        try (InputStream script = ProxyIT.class.getResourceAsStream("/service-in-a-sandbox.py")) {
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            return """
                    {"image": {"uri": "python:3.11"}, "timeout": 3600, "resourceLimits": {"memory": "256Mi"},
                     "entrypoint": %s}""".formatted(JSON.writeValueAsString(List.of("python", "-c", text)));
        }
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", stopped);
        }
    }

    private static String code(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body()).path("code").asText();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServiceIsReachedFromItsFirstBreathToItsLast(boolean guarded) throws Exception {
        start(guarded);
        Service service = new Service();
        HttpResponse<String> early = service.get("/");
        if (early.statusCode() != 200) {
            assertThat(early.statusCode()).isEqualTo(503);
            assertThat(early.headers().firstValue("Retry-After")).isPresent();
        }

        service.awaitStatus(200);

        JsonNode seen = JSON.readTree(service.get("/a%2Fb?x&y=").body());
        assertThat(seen.path("path").asText()).isEqualTo("/a%2Fb?x&y=");
        assertThat(seen.path("headers").toString())
                .doesNotContain(service.headers.values().iterator().next(), ServerProcess.API_KEY);
        assertThat(send(HttpRequest.newBuilder(URI.create("http://" + service.endpoint + "/"))
                                .build())
                        .statusCode())
                .isEqualTo(401);
        HttpResponse<String> silent = server.send("GET", "/sandboxes/" + service.id + "/proxy/9", null, Map.of())
                .response();
        assertThat(silent.statusCode()).isEqualTo(503);
        assertThat(code(silent)).isEqualTo("PORT_NOT_LISTENING");
        assertThat(engine.inspect("sandkeep-" + service.id)
                        .path("HostConfig")
                        .path("PortBindings")
                        .isEmpty())
                .isTrue();
        assertThat(saidBack(service, "h\u00e9llo")).isEqualTo("h\u00e9llo");
        aSignedUrlNeedsNoHeaderAndIsNotLogged(service);

        assertThat(server.send("POST", "/v1/sandboxes/" + service.id + "/pause", null, Map.of())
                        .status())
                .isEqualTo(202);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(service.get("/"))
                        .satisfies(paused -> assertThat(paused.statusCode()).isEqualTo(503))
                        .satisfies(paused -> assertThat(paused.body()).contains("SANDBOX_NOT_REACHABLE", "Paused")));
        assertThat(service.endpoint("8000").path("endpoint").asText()).isEqualTo(service.endpoint);
        assertThat(server.send("POST", "/v1/sandboxes/" + service.id + "/resume", null, Map.of())
                        .status())
                .isEqualTo(202);
        service.awaitStatus(200);

        engine.ask("POST", "/containers/sandkeep-" + service.id + "/kill");
        service.awaitStatus(410);
        assertThat(service.get("/").body()).contains("SANDBOX_ENDED", "Failed");
        assertThat(server.delete(service.id).status()).isEqualTo(204);
        assertThat(service.get("/").statusCode()).isEqualTo(404);
    }

    private void aSignedUrlNeedsNoHeaderAndIsNotLogged(Service service) {
        String signed =
                service.endpoint("8000?expires=4102444800").path("endpoint").asText();

        assertThat(send(HttpRequest.newBuilder(URI.create("http://" + signed + "/"))
                                .build())
                        .statusCode())
                .isEqualTo(200);
        await().atMost(Duration.ofMinutes(1)).until(() -> server.readLog().contains("/proxy/8000-***"));
        assertThat(server.readLog()).doesNotContain(signed.substring(signed.lastIndexOf('-') + 1));
    }

    private String saidBack(Service service, String text) {
        CompletableFuture<String> heard = new CompletableFuture<>();
        WebSocket.Builder builder = client.newWebSocketBuilder();
        service.headers.forEach(builder::header);
        WebSocket socket = builder.buildAsync(URI.create("ws://" + service.endpoint + "/ws"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        heard.complete(data.toString());
                        return CompletableFuture.completedStage(null);
                    }
                })
                .join();
        socket.sendText(text, true).join();
        String said = heard.join();
        socket.abort();
        return said;
    }

    @Test
    void largeBodiesPassBothWaysThroughASmallHeap() throws Exception {
        start(false);
        Service service = new Service();
        service.awaitStatus(200);

        HttpResponse<InputStream> down =
                client.send(service.to("/bytes/" + LARGE).build(), BodyHandlers.ofInputStream());
        String downloaded = digest(down.body());
        HttpResponse<String> up = client.send(
                service.to("/")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(Counting::new), LARGE))
                        .build(),
                BodyHandlers.ofString());

        String expected = digest(new Counting());
        assertThat(down.statusCode()).isEqualTo(200);
        assertThat(downloaded).isEqualTo(expected);
        assertThat(JSON.readTree(up.body()).path("sha256").asText()).isEqualTo(expected);
        assertThat(server.readLog()).doesNotContain("OutOfMemoryError");
    }

    private static String digest(InputStream in) throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] block = new byte[BLOCK];
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
            digest.update(block, 0, read);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The bytes 0 to 255, over and over. */
    private static final class Counting extends InputStream {

        private int position;

        @Override
        public int read() {
            return position == LARGE ? -1 : position++ & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int some = Math.min(length, LARGE - position);
            for (int i = 0; i < some; i++) {
                into[offset + i] = (byte) (position + i);
            }
            position += some;
            return some == 0 && length > 0 ? -1 : some;
        }
    }
}
