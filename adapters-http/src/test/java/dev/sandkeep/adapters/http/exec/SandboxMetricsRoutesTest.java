package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SandboxMetricsRoutesTest {

    private final TestServer server = new TestServer();

    @AfterEach
    void close() {
        server.close();
    }

    private static void assertPlausible(JsonNode metrics) {
        assertThat(metrics.path("cpu_count").asDouble()).isPositive();
        assertThat(metrics.path("cpu_used_pct").isNumber()).isTrue();
        assertThat(metrics.path("cpu_used_pct").asDouble()).isBetween(0.0, 100.0);
        assertThat(metrics.path("mem_total_mib").asDouble()).isPositive();
        assertThat(metrics.path("mem_used_mib").asDouble())
                .isBetween(0.001, metrics.path("mem_total_mib").asDouble());
        assertThat(Duration.between(
                        Instant.ofEpochMilli(metrics.path("timestamp").asLong()), Instant.now()))
                .isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void theMetricsAreNumbersOfTheSandboxItself() {
        TestServer.Answer answer = ExecClient.running(server).get("/metrics");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertPlausible(answer.body());
    }

    @Test
    void aWatchTellsThemAgainAndAgainUntilTheClientGoes() throws IOException {
        ExecClient client = ExecClient.running(server);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            OutputStream request = socket.getOutputStream();
            request.write(("GET " + client.path("/metrics/watch") + " HTTP/1.1\r\nHost: x\r\n"
                            + SandboxTokens.ACCESS_HEADER + ": " + TestServer.TOKENS.access(client.id) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            List<JsonNode> told = new ArrayList<>();
            String before = "";
            while (told.size() < 3) {
                String line = lines.readLine();
                if (before.startsWith("{")) {
                    // Clients that read events need an empty line behind each.
                    assertThat(line).isEmpty();
                }
                if (line.startsWith("{")) {
                    told.add(Json.parse(line.getBytes(StandardCharsets.US_ASCII)));
                }
                before = line;
            }

            told.forEach(SandboxMetricsRoutesTest::assertPlausible);
            assertThat(told.get(2).path("timestamp").asLong()
                            - told.get(1).path("timestamp").asLong())
                    .isBetween(900L, 10_000L);
            assertThat(server.exec.openCount()).isEqualTo(1);
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> server.exec.openCount() == 0);
    }

    @Test
    void aSandboxThatThereIsNotHasNone() {
        ExecClient client = ExecClient.pending(server);

        assertThat(client.get("/metrics").code()).isEqualTo("SANDBOX_NOT_REACHABLE");
        assertThat(client.get("/metrics/watch").code()).isEqualTo("SANDBOX_NOT_REACHABLE");
    }
}
