package dev.sandkeep.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a server that is wired as it is shipped, read as Prometheus reads them. */
class ServerMetricsTest {

    private static final String TOKEN = "a-token-of-some-length";
    private static final Pattern TYPE =
            Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)");
    private static final Pattern HELP = Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) .+");
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)"
                    + "(\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\.)*\",?)+})? (NaN|[+-]?Inf|[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)");
    private static final Pattern UUIDS = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-");

    @TempDir
    Path directory;

    private ServerOnFakes server;

    @BeforeEach
    void start() {
        server = new ServerOnFakes(directory, "SANDKEEP_METRICS_TOKEN", TOKEN);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyLineIsInTheTextFormat() {
        use();

        Map<String, Double> samples = parse(server.get("/metrics").body());

        assertThat(samples).hasSizeGreaterThan(100);
    }

    @Test
    void theMetricsTellWhatHappened() {
        use();

        Map<String, Double> samples = parse(server.get("/metrics").body());

        assertThat(samples.get("sandkeep_sandboxes{state=\"Running\"}")).isEqualTo(1);
        assertThat(samples.get("sandkeep_sandboxes{state=\"Paused\"}")).isZero();
        assertThat(samples.get("sandkeep_sandbox_transitions_total{reason=\"running\",state=\"Running\"}"))
                .isEqualTo(1);
        assertThat(samples.get("sandkeep_sandbox_transitions_total{reason=\"provisioning\",state=\"Pending\"}"))
                .isEqualTo(1);
        for (String phase : List.of("queue_pull", "queue_launch", "network", "launch")) {
            assertThat(samples.get("sandkeep_provisioning_phases_seconds_count{phase=\"" + phase + "\"}"))
                    .as(phase)
                    .isEqualTo(1);
        }
        assertThat(samples.get("sandkeep_provisioning_phases_seconds_bucket{phase=\"launch\",le=\"+Inf\"}"))
                .isEqualTo(1);
        assertThat(samples.get("sandkeep_provisioning_queue_length")).isZero();
        assertThat(samples.get("sandkeep_provisioning_queue_capacity")).isEqualTo(1000);
        assertThat(samples.get("sandkeep_runtime_calls_seconds_count{call=\"launch\",outcome=\"ok\"}"))
                .isEqualTo(1);
        assertThat(samples.keySet()).anyMatch(series -> series.startsWith("jvm_memory_used_bytes"));
    }

    @Test
    void requestsAreCountedByTheirRouteAndNeverByTheirPath() {
        for (int i = 0; i < 20; i++) {
            server.get("/v1/sandboxes/" + UUID.randomUUID());
            server.get("/v1/made-up-" + UUID.randomUUID());
        }
        server.send(server.request("BREW", "/v1/sandboxes", ""));
        server.send(server.request("GET", "/v1/sandboxes", ""));

        String text = server.get("/metrics").body();

        Map<String, Double> samples = parse(text);
        String requests = "sandkeep_http_requests_seconds_count";
        assertThat(samples.get(requests + "{method=\"GET\",route=\"/v1/sandboxes/{sandboxId}\",status=\"404\"}"))
                .isEqualTo(20);
        assertThat(samples.get(requests + "{method=\"GET\",route=\"none\",status=\"404\"}"))
                .isEqualTo(20);
        assertThat(samples.get(requests + "{method=\"other\",route=\"none\",status=\"401\"}"))
                .isEqualTo(1);
        assertThat(UUIDS.matcher(text).find()).isFalse();
    }

    @Test
    void requestsForSandboxesAreCountedUnderOneRouteWithTheirBytes() {
        server.post("/v1/sandboxes/" + UUID.randomUUID() + "/proxy/8000/made/up/" + UUID.randomUUID(), "12345");

        Map<String, Double> samples = parse(server.get("/metrics").body());

        assertThat(samples.get("sandkeep_http_requests_seconds_count{method=\"POST\","
                        + "route=\"/sandboxes/{sandboxId}/proxy/{port}\",status=\"404\"}"))
                .isEqualTo(1);
        assertThat(samples.get("sandkeep_proxy_body_bytes_total{direction=\"out\"}"))
                .isPositive();
        assertThat(samples).containsKey("sandkeep_proxy_body_bytes_total{direction=\"in\"}");
    }

    @Test
    void onlyAKeyOrTheTokenOpensTheMetricsAndTheTokenOpensNothingElse() {
        assertThat(server.send(server.request("GET", "/metrics", "")).statusCode())
                .isEqualTo(401);
        assertThat(bearer("/metrics", "another-token-of-that-length").statusCode())
                .isEqualTo(401);
        assertThat(server.get("/metrics").statusCode()).isEqualTo(200);
        HttpResponse<String> scraped = bearer("/metrics", TOKEN);
        assertThat(scraped.statusCode()).isEqualTo(200);
        assertThat(scraped.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(bearer("/v1/sandboxes", TOKEN).statusCode()).isEqualTo(401);
        assertThat(bearer("/metrics/", TOKEN).statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> bearer(String path, String token) {
        return server.send(server.request("GET", path, "").header("Authorization", "Bearer " + token));
    }

    /** One sandbox that runs. */
    private void use() {
        HttpResponse<String> created = server.post("/v1/sandboxes", ServerOnFakes.SANDBOX, "Prefer", "wait=30");
        assertThat(created.body()).contains("Running");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.get("/metrics").body().contains("sandkeep_provisioning_queue_length 0.0"));
    }

    /** Every series with its value; fails for the first line that is none of the format. */
    private static Map<String, Double> parse(String text) {
        Map<String, Double> samples = new HashMap<>();
        Set<String> families = new HashSet<>();
        assertThat(text).endsWith("\n");
        for (String line : text.lines().toList()) {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                assertThat(families.add(type.group(1)))
                        .as("one family: " + line)
                        .isTrue();
            } else if (sample.matches()) {
                String family = sample.group(1).replaceFirst("_(bucket|count|sum|created)$", "");
                assertThat(families.contains(family) || families.contains(sample.group(1)))
                        .as("a type before " + line)
                        .isTrue();
                String labels = sample.group(2) == null ? "" : sample.group(2);
                Double before = samples.put(sample.group(1) + labels, number(sample.group(3)));
                assertThat(before).as("one value: " + line).isNull();
            } else {
                assertThat(HELP.matcher(line).matches()).as(line).isTrue();
            }
        }
        return samples;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
