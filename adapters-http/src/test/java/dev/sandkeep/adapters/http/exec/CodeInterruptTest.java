package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Code that does not come to its end by itself. */
class CodeInterruptTest extends CodeOnThisMachine {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | x = 1 | while True: pass                           | print(x) | KeyboardInterrupt
        python     | x = 1 | import time; time.sleep(600)               | print(x) | KeyboardInterrupt
        python     | x = 1 | import os; os.system('sleep 600; exit 1')  | print(x) | -
        bash       | x=1   | while :; do sleep 600; done                | echo $x  | CommandExecError
        bash       | x=1   | f() { while :; do :; done; }; f; f         | echo $x  | CommandExecError
        javascript | x = 1 | for (;;) {}                                | console.log(x) | KeyboardInterrupt
        javascript | x = 1 | await new Promise(() => {})                | console.log(x) | KeyboardInterrupt
        """)
    void anInterruptEndsTheCodeAndKeepsTheState(
            String language, String before, String code, String after, String error) {
        String id = create(language);
        runIn(Map.of("id", id), before);
        CompletableFuture<List<JsonNode>> running = CompletableFuture.supplyAsync(() -> runIn(Map.of("id", id), code));

        // Once may be before the code runs.
        await().atMost(SOON).until(() -> {
            assertThat(client.send("DELETE", "/code?id=" + id, null).status()).isEqualTo(200);
            return running.isDone();
        });

        if (!error.equals("-")) {
            assertThat(error(running.join()).path("ename").asText()).isEqualTo(error);
        }
        assertThat(output(runIn(Map.of("id", id), after), "stdout")).isEqualTo("1\n");
    }

    /** As public clients do that have one way to interrupt anything. */
    @Test
    void aContextIsInterruptedByThePathOfCommandsToo() {
        String id = create("python");
        CompletableFuture<List<JsonNode>> running =
                CompletableFuture.supplyAsync(() -> runIn(Map.of("id", id), "while True: pass"));

        await().atMost(SOON).until(() -> {
            assertThat(client.send("DELETE", "/command?id=" + id, null).status())
                    .isEqualTo(200);
            return running.isDone();
        });

        assertThat(error(running.join()).path("ename").asText()).isEqualTo("KeyboardInterrupt");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | x = 1 | import sys, time; print('begun', end=''); time.sleep(600) | print(x)
        bash       | x=1   | printf begun; while :; do sleep 600; done                 | echo $x
        javascript | x = 1 | process.stdout.write('begun'); for (;;) {}                | console.log(x)
        """)
    void outputIsToldAtOnceAndAClientThatGoesAwayInterruptsTheCode(
            String language, String before, String code, String after) throws IOException, InterruptedException {
        String id = create(language);
        runIn(Map.of("id", id), before);
        try (HttpClient leaving = HttpClient.newHttpClient()) {
            BufferedReader stream = new BufferedReader(new InputStreamReader(
                    open(leaving, Map.of("code", code, "context", Map.of("id", id))), StandardCharsets.US_ASCII));
            String line = stream.readLine();
            while (!line.contains("begun")) {
                line = stream.readLine();
            }

            stream.close();
        }

        assertThat(output(runIn(Map.of("id", id), after), "stdout")).isEqualTo("1\n");
    }

    private InputStream open(HttpClient streaming, Map<String, ?> body) throws IOException, InterruptedException {
        return streaming
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + client.path("/code")))
                                .header(SandboxTokens.ACCESS_HEADER, TestServer.TOKENS.access(client.id))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body)))
                                .build(),
                        BodyHandlers.ofInputStream())
                .body();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | while True: pass             | x = 1 | x
        bash       | while :; do sleep 600; done  | x=1   | test "$x" = 1
        javascript | for (;;) {}                  | x = 1 | x
        """)
    void codeThatTakesTooLongIsInterrupted(String language, String code, String before, String after) {
        run(language, before);

        List<JsonNode> events =
                events(post("/code", Map.of("code", code, "timeout", 300, "context", Map.of("language", language))));

        assertThat(error(events).path("ename").asText()).isEqualTo("TimeoutError");
        assertThat(events.getLast().path("type").asText()).isEqualTo("error");
        assertThat(types(run(language, after))).contains("execution_complete");
    }

    @Test
    void codeThatDefiesAnInterruptIsEndedWithItsInterpreter() {
        String id = create("python");
        runIn(Map.of("id", id), "x = 1");

        List<JsonNode> events = events(post(
                "/code",
                Map.of(
                        "code",
                        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(1)",
                        "timeout",
                        100,
                        "context",
                        Map.of("id", id))));

        assertThat(error(events).path("ename").asText()).isEqualTo("TimeoutError");
        assertThat(error(runIn(Map.of("id", id), "x")).path("ename").asText()).isEqualTo("NameError");
    }
}
