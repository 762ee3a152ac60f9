package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.encoded;
import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static dev.sandkeep.adapters.http.exec.ExecClient.exitCode;
import static dev.sandkeep.adapters.http.exec.ExecClient.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands as clients of the public specification run them, in real shells of this machine. */
class CommandRoutesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestServer server = new TestServer();
    private final ExecClient client = ExecClient.running(server);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aCommandIsToldFromItsBeginningToItsEnd() {
        List<JsonNode> events = client.run("echo one; echo; echo two >&2; printf three");

        assertThat(events.getFirst().path("type").asText()).isEqualTo("init");
        assertThat(events.getFirst().path("text").asText()).matches("[0-9a-f]{32}");
        assertThat(events.get(1).path("type").asText()).isEqualTo("ping");
        assertThat(texts(events, "stdout")).containsExactly("one", "\n", "three");
        assertThat(texts(events, "stderr")).containsExactly("two");
        assertThat(events.getLast().path("type").asText()).isEqualTo("execution_complete");
        assertThat(events).allMatch(event -> event.path("timestamp").isIntegralNumber());
    }

    @Test
    void theAnswerIsAStreamThatNoProxyHoldsBack() {
        TestServer.Answer answer = client.command(Map.of("command", "true"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
        assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void nothingBeyondAsciiIsInTheStream() {
        TestServer.Answer answer =
                client.command(Map.of("command", "printf 'a\\302\\205b\\342\\200\\250c\\360\\237\\231\\202'"));

        assertThat(answer.response().body()).matches("\\p{ASCII}*");
        assertThat(texts(events(answer), "stdout")).containsExactly("a\u0085b\u2028c\ud83d\ude42");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        exit 7                  | 7
        no-such-program-at-all  | 127
        kill -KILL $$           | 137
        kill -TERM $$           | 143
        sh -c 'exit 3'          | 3
        """)
    void anExitCodeThatIsNotZeroIsAnError(String command, String code) {
        List<JsonNode> events = client.run(command);

        assertThat(exitCode(events)).isEqualTo(code);
        assertThat(events.getLast().path("error").path("ename").asText()).isEqualTo("CommandExecError");
        assertThat(events.getLast().path("error").path("traceback").isArray()).isTrue();
        assertThat(texts(events, "execution_complete")).isEmpty();
    }

    @Test
    void aProgramThatIsNotThereIsNamedInTheErrors() {
        assertThat(texts(client.run("no-such-program-at-all"), "stderr"))
                .first()
                .asString()
                .contains("no-such-program-at-all");
    }

    @Test
    void directoryAndEnvironmentAreThoseOfTheRequest() {
        List<JsonNode> events = events(client.command(Map.of(
                "command", "pwd; printf '%s\\n' \"$GREETING\"",
                "cwd", "$PLACE",
                "envs", Map.of("GREETING", "it's \"$HOME\"\nand `more`", "PLACE", directory.toString()))));

        assertThat(texts(events, "stdout")).containsExactly(directory.toString(), "it's \"$HOME\"", "and `more`");
    }

    @Test
    void theInputIsEmpty() {
        assertThat(texts(client.run("cat; echo end"), "stdout")).containsExactly("end");
    }

    @Test
    void aCommandCannotBreakOutOfItsWrapping() {
        List<JsonNode> events = client.run("' ; } ) ; exit 9 #\\");

        assertThat(exitCode(events)).isIn("1", "2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {}                                          | command
        {"command": ""}                             | command
        {"command": "x", "cwd": "/no/such/place"}   | cwd
        {"command": "x", "cwd": "$NOT_SET_AT_ALL"}  | cwd
        {"command": "x", "timeout": -1}             | timeout
        {"command": "x", "gid": 1}                  | gid
        {"command": "x", "uid": -1}                 | uid
        {"command": "x", "envs": {"A-B": "c"}}      | envs.A-B
        {"command": "x", "envs": {"OPTIND": "y"}}   | envs
        {"command": "x", "envs": {"OPTIND": "y"}, "background": true} | envs
        {"command": "x", "background": "yes"}       | background
        []                                          | body
        """)
    void whatIsWrongIsNamedAndNothingRuns(String body, String field) {
        TestServer.Answer answer = client.send("POST", "/command", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
        assertThat(answer.message()).contains(field + ":");
    }

    @Test
    void whatTakesTooLongIsKilledWithAllThatItStarted() {
        Path pid = directory.resolve("pid");
        Instant begin = Instant.now();

        List<JsonNode> events = events(client.command(Map.of(
                "command",
                "trap '' TERM; sleep 1000 & echo $! >" + pid + "; echo begun; wait; sleep 1000",
                "timeout",
                700)));

        assertThat(Duration.between(begin, Instant.now())).isBetween(Duration.ofMillis(700), SOON);
        assertThat(texts(events, "stdout")).containsExactly("begun");
        assertThat(exitCode(events)).isEqualTo("137");
        assertThat(events.getLast().path("error").path("traceback").get(0).asText())
                .contains("timeout");
        await().atMost(SOON).until(() -> !runs(pid));
    }

    private static boolean runs(Path pid) throws IOException {
        Path stat = Path.of("/proc", Files.readString(pid).strip(), "stat");
        return Files.exists(stat) && !Files.readString(stat).matches("(?s).*\\) Z .*");
    }

    @Test
    void aChildThatGoesOnDoesNotHoldUpTheEnd() {
        Instant begin = Instant.now();

        List<JsonNode> events = client.run("sleep 1000 & echo done");

        assertThat(texts(events, "stdout")).containsExactly("done");
        assertThat(Duration.between(begin, Instant.now())).isLessThan(SOON);
        await().atMost(SOON).until(() -> server.exec.openCount() == 0);
    }

    @Test
    void aClientThatGoesAwayEndsItsCommand() throws Exception {
        Path pid = directory.resolve("pid");
        try (HttpClient leaving = HttpClient.newHttpClient()) {
            InputStream stream = open(leaving, "echo $$ >" + pid + "; while :; do echo x; sleep 0.1; done");
            assertThat(stream.read()).isEqualTo('{');
            await().atMost(SOON).until(() -> Files.exists(pid) && runs(pid));

            stream.close();
        }

        await().atMost(SOON).until(() -> !runs(pid));
        await().atMost(SOON).until(() -> server.exec.openCount() == 0);
    }

    @Test
    void aRunningCommandIsKnownAndCanBeInterrupted() throws Exception {
        Path pid = directory.resolve("pid");
        try (HttpClient streaming = HttpClient.newHttpClient()) {
            BufferedReader stream = new BufferedReader(new InputStreamReader(
                    open(streaming, "sleep 1000 & echo $! >" + pid + "; wait; sleep 1000"), StandardCharsets.UTF_8));
            String id = event(stream.readLine()).path("text").asText();
            await().atMost(SOON).until(() -> Files.exists(pid) && runs(pid));
            JsonNode running = client.get("/command/status/" + id).body();

            TestServer.Answer interrupted = client.send("DELETE", "/command?id=" + id, null);

            assertThat(running.path("running").asBoolean()).isTrue();
            assertThat(running.has("exit_code")).isFalse();
            assertThat(interrupted.status()).isEqualTo(200);
            assertThat(interrupted.header("Content-Length")).isEqualTo("0");
            JsonNode last = stream.lines()
                    .filter(line -> !line.isEmpty())
                    .map(CommandRoutesTest::event)
                    .toList()
                    .getLast();
            assertThat(last.path("error").path("evalue").asText()).isEqualTo("143");
            assertThat(last.path("error").path("traceback").get(0).asText()).isEqualTo("interrupted");
            JsonNode ended = client.get("/command/status/" + id).body();
            assertThat(ended.path("running").asBoolean()).isFalse();
            assertThat(ended.path("exit_code").asInt()).isEqualTo(143);
            assertThat(Instant.parse(ended.path("finished_at").asText()))
                    .isAfter(Instant.parse(ended.path("started_at").asText()));
            assertThat(runs(pid)).isFalse();
            assertThat(client.send("DELETE", "/command?id=" + id, null).status())
                    .isEqualTo(200);
        }
    }

    private InputStream open(HttpClient streaming, String command) throws IOException, InterruptedException {
        return streaming
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + server.port() + client.path("/command")))
                                .header(SandboxTokens.ACCESS_HEADER, TestServer.TOKENS.access(client.id))
                                .POST(HttpRequest.BodyPublishers.ofString("{\"command\": \"" + command + "\"}"))
                                .build(),
                        BodyHandlers.ofInputStream())
                .body();
    }

    @Test
    void aGibibyteWithoutAnEndOfALinePassesInPieces() throws Exception {
        long told = 0;
        int longest = 0;
        try (HttpClient streaming = HttpClient.newHttpClient();
                BufferedReader stream = new BufferedReader(new InputStreamReader(
                        open(streaming, "head -c 1073741824 /dev/zero | tr '\\\\0' x"), StandardCharsets.US_ASCII))) {
            for (String line = stream.readLine(); line != null; line = stream.readLine()) {
                longest = Math.max(longest, line.length());
                told += line.contains("\"stdout\"")
                        ? event(line).path("text").asText().length()
                        : 0;
            }
        }

        assertThat(told).isEqualTo(1L << 30);
        assertThat(longest).isLessThan(4 << 20);
    }

    private static JsonNode event(String line) {
        return Json.parse(line.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void anUnknownCommandIsNotThere() {
        String unknown = "0".repeat(32);

        assertThat(client.send("DELETE", "/command?id=" + unknown, null).status())
                .isEqualTo(400);
        assertThat(client.send("DELETE", "/command", null).message()).contains("id:");
        assertThat(client.get("/command/status/" + unknown).status()).isEqualTo(404);
        assertThat(client.get("/command/status/" + unknown).code()).isEqualTo("CONTEXT_NOT_FOUND");
        assertThat(client.get("/command/" + unknown + "/logs").status()).isEqualTo(404);
        assertThat(client.get("/command/status/" + encoded("../../x")).status()).isIn(400, 404);
    }

    @Test
    void asManyCommandsAsMayRunAtATimeAndNoMore() throws IOException {
        Path end = directory.resolve("end");
        for (int i = 0; i < TestServer.MAX_COMMANDS; i++) {
            Thread.startVirtualThread(() -> client.run("while [ ! -e " + end + " ]; do sleep 0.1; done"));
        }
        await().atMost(SOON).until(() -> server.exec.openCount() == TestServer.MAX_COMMANDS);

        TestServer.Answer refused = client.command(Map.of("command", "true"));

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo("TOO_MANY_REQUESTS");
        Files.createFile(end);
        await().atMost(SOON)
                .until(() -> client.command(Map.of("command", "true")).status() == 200);
    }
}
