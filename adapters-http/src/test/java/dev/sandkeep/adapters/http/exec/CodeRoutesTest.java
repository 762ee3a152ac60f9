package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static dev.sandkeep.adapters.http.exec.ExecClient.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.json.Json;
import java.io.BufferedReader;
import java.io.File;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Code as clients of the public specification run it, in real interpreters of this machine. */
class CodeRoutesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestServer server = new TestServer();
    private final ExecClient client = ExecClient.running(server);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        server.codeContexts.close();
        server.close();
    }

    /** This machine stands for the sandbox. */
    private static void requireInterpreter(String language) {
        String program = Map.of("python", "python3", "javascript", "node").getOrDefault(language, "sh");
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program))),
                "there is no " + program + " here");
    }

    private List<JsonNode> run(String language, String code) {
        requireInterpreter(language);
        return runIn(Map.of("language", language), code);
    }

    private List<JsonNode> runIn(Map<String, ?> context, String code) {
        TestServer.Answer answer = post("/code", Map.of("code", code, "context", context));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return events(answer);
    }

    private TestServer.Answer post(String path, Map<String, ?> body) {
        return client.send("POST", path, new String(Json.write(body), StandardCharsets.UTF_8));
    }

    private String create(String language) {
        requireInterpreter(language);
        TestServer.Answer answer = post("/code/context", Map.of("language", language));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.body().path("id").asText();
    }

    private static String output(List<JsonNode> events, String type) {
        return String.join("", texts(events, type));
    }

    private static JsonNode error(List<JsonNode> events) {
        assertThat(events.getLast().path("type").asText()).as(events.toString()).isEqualTo("error");
        return events.getLast().path("error");
    }

    private static JsonNode result(List<JsonNode> events) {
        return events.stream()
                .filter(event -> event.path("type").asText().equals("result"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no result in " + events))
                .path("results");
    }

    private static List<String> types(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("type").asText())
                .filter(type -> !type.equals("ping"))
                .toList();
    }

    @Test
    void codeIsToldFromItsBeginningToItsEnd() {
        List<JsonNode> events = run("python", "print('out')\n2 + 2");

        assertThat(types(events)).containsExactly("init", "stdout", "execution_count", "result", "execution_complete");
        assertThat(output(events, "stdout")).isEqualTo("out\n");
        assertThat(result(events).path("text").asText()).isEqualTo("4");
        assertThat(result(events).path("text/plain").asText()).isEqualTo("4");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | x = 41                           | print(x + 1)
        bash       | f() { echo $((x + 1)); }; x=41   | f
        javascript | const x = 41; class A {}         | console.log(x + 1)
        """)
    void whatCodeLeavesBehindIsThereForTheNext(String language, String first, String second) {
        run(language, first);

        assertThat(output(run(language, second), "stdout")).isEqualTo("42\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | def f():\\n    missing\\nf() | NameError        | name 'missing' is not defined
        python     | 1 +                          | SyntaxError      | invalid syntax (<cell 1>, line 1)
        python     | raise SystemExit(3)          | SystemExit       | 3
        bash       | (exit 7)                     | CommandExecError | 7
        javascript | missing()                    | ReferenceError   | missing is not defined
        javascript | throw 5                      | Error            | 5
        """)
    void anErrorIsTheLastEvent(String language, String code, String name, String value) {
        List<JsonNode> events = run(language, code.replace("\\n", "\n"));

        assertThat(error(events).path("ename").asText()).isEqualTo(name);
        assertThat(error(events).path("evalue").asText()).isEqualTo(value);
        assertThat(error(events).path("traceback")).isNotEmpty();
        assertThat(types(events)).doesNotContain("execution_complete");
    }

    @Test
    void aTracebackShowsTheCodeAndNothingOfOurs() {
        List<JsonNode> events = run("python", "def f():\n    return 1 / 0\n\nf()");

        String traceback = error(events).path("traceback").toString();
        assertThat(traceback).contains("<cell 1>", "in f", "return 1 / 0", "ZeroDivisionError");
        assertThat(traceback).doesNotContain("sandkeep-driver");
    }

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

    @Test
    void aShellWithoutBashKeepsItsStateToo() throws IOException {
        Path programs = Files.createDirectory(directory.resolve("bin"));
        for (String name : List.of("sleep", "mkdir", "kill")) {
            Files.createSymbolicLink(programs.resolve(name), Path.of("/bin/" + name));
        }
        Files.createSymbolicLink(programs.resolve("sh"), Path.of("/bin/busybox"));
        server.exec.searchPrograms(programs);
        String id = create("bash");

        runIn(Map.of("id", id), "x=5; f() { echo \"x is $x\"; }");

        assertThat(output(runIn(Map.of("id", id), "f; echo ${BASH_VERSION-none}"), "stdout"))
                .isEqualTo("x is 5\nnone\n");
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

    @Test
    void childrenWriteToTheSameOutputs() {
        List<JsonNode> events = run("python", "import os\nx = os.system('echo child; echo error >&2; cat')\nprint(x)");

        assertThat(output(events, "stdout")).isEqualTo("child\n0\n");
        assertThat(output(events, "stderr")).isEqualTo("error\n");
    }

    @Test
    void whatLooksLikeAMessageIsOutput() {
        List<JsonNode> events = run("python", "print('\\x1e' + '0' * 32 + '.end')\nprint('+.end')");

        assertThat(output(events, "stdout")).isEqualTo("\u001e" + "0".repeat(32) + ".end\n+.end\n");
        assertThat(events.getLast().path("type").asText()).isEqualTo("execution_complete");
    }

    @Test
    void charactersAreNotCutInTwo() {
        List<JsonNode> events = run(
                "python",
                "import os, time\nfor b in '\\u00e4\\u20ac\\U0001f642'.encode(): os.write(1, bytes([b])); time.sleep(0.02)");

        assertThat(output(events, "stdout")).isEqualTo("\u00e4\u20ac\ud83d\ude42");
    }

    @Test
    void closedOutputsDoNotHideTheEnd() {
        List<JsonNode> events = run("python", "import os, sys\nsys.stdout.close()\nos.close(2)\n7");

        assertThat(result(events).path("text").asText()).isEqualTo("7");
        assertThat(output(run("python", "import os\nos.system('true')"), "stderr"))
                .isEmpty();
    }

    @Test
    void richValuesAreShownInAllTheirForms() {
        List<JsonNode> events = run("python", """
            class Rich:
                def __repr__(self): return 'plain'
                def _repr_html_(self): return '<b>rich</b>'
                def _repr_png_(self): return b'\\x89PNG'
                def _repr_json_(self): return {'a': 1}
                def _repr_latex_(self): return None
            Rich()""");

        Map<String, String> expected = new HashMap<>();
        expected.put("text", "plain");
        expected.put("text/plain", "plain");
        expected.put("text/html", "<b>rich</b>");
        expected.put("image/png", "iVBORw==");
        expected.put("application/json", "{\"a\": 1}");
        assertThat(result(events).properties())
                .allMatch(entry -> entry.getValue().asText().equals(expected.get(entry.getKey())))
                .hasSize(expected.size());
    }

    @Test
    void valuesCanBeShownOnTheWay() {
        List<JsonNode> events = run("python", "display(1, 'two')\nprint('done')");

        assertThat(types(events)).containsExactly("init", "result", "result", "stdout", "execution_complete");
    }

    @Test
    void aLargeValueComesWhole() {
        List<JsonNode> events = run("python", "'\\u00e4' * 300000");

        assertThat(result(events).path("text").asText()).hasSize(300_002);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | import asyncio; await asyncio.sleep(0, 5) | 5
        python     | x = 3; x;                                 |
        python     | _ = 6; _                                  | 6
        javascript | const f = async () => 5; await f()        | 5
        javascript | const g = await 5                         | 5
        javascript | Promise.resolve([1, 2])                   | [ 1, 2 ]
        javascript | ({ a: 1 })                                | { a: 1 }
        javascript | require('path').sep.length                | 1
        """)
    void theLastExpressionIsTheResult(String language, String code, String expected) {
        List<JsonNode> events = run(language, code);

        assertThat(events.getLast().path("type").asText()).as(events.toString()).isEqualTo("execution_complete");
        if (expected == null) {
            assertThat(types(events)).doesNotContain("result");
        } else {
            assertThat(result(events).path("text").asText()).isEqualTo(expected);
        }
    }

    @Test
    void contextsDoNotSeeOneAnother() {
        String one = create("python");
        String other = create("python");
        runIn(Map.of("id", one), "x = 1");

        assertThat(error(runIn(Map.of("id", other), "x")).path("ename").asText())
                .isEqualTo("NameError");
    }

    @Test
    void theContextOfALanguageIsMadeOnDemandAndListed() {
        String id = texts(run("python", "1"), "init").getFirst();
        create("bash");

        assertThat(texts(run("python", "2"), "init").getFirst()).isEqualTo(id);
        assertThat(client.get("/code/contexts").body()).hasSize(2);
        JsonNode python = client.get("/code/contexts?language=python").body();
        assertThat(python).hasSize(1);
        assertThat(python.path(0).path("id").asText()).isEqualTo(id);
        assertThat(python.path(0).path("language").asText()).isEqualTo("python");
    }

    @Test
    void aContextBeginsInItsDirectoryWhichIsMade() {
        TestServer.Answer created = post("/code/context", Map.of("language", "python", "cwd", directory + "/new/one"));
        assertThat(created.body().path("cwd").asText()).isEqualTo(directory + "/new/one");

        List<JsonNode> events =
                runIn(Map.of("id", created.body().path("id").asText()), "import os; print(os.getcwd())");

        assertThat(output(events, "stdout")).isEqualTo(directory + "/new/one\n");
    }

    @Test
    void runsInOneContextWaitForOneAnother() {
        String id = create("python");
        CompletableFuture<List<JsonNode>> first = CompletableFuture.supplyAsync(() -> runIn(
                Map.of("id", id),
                "import os, time\nopen('" + directory.resolve("begun") + "', 'w').close()\nwhile not os.path.exists('"
                        + directory.resolve("go") + "'): time.sleep(0.01)\nx = 8"));
        await().atMost(SOON).until(() -> Files.exists(directory.resolve("begun")));
        CompletableFuture<List<JsonNode>> second =
                CompletableFuture.supplyAsync(() -> runIn(Map.of("id", id), "print(x)"));

        assertThat(second).isNotDone();
        post("/command", Map.of("command", "touch " + directory.resolve("go")));

        assertThat(types(first.join())).contains("execution_complete");
        assertThat(output(second.join(), "stdout")).isEqualTo("8\n");
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | import os; os._exit(3)
        python     | import os, signal; os.kill(os.getpid(), signal.SIGKILL)
        bash       | exit 3
        javascript | process.exit(3)
        """)
    void anInterpreterThatEndedBeginsAnew(String language, String code) {
        String id = create(language);

        List<JsonNode> events = runIn(Map.of("id", id), code);

        assertThat(error(events).path("ename").asText()).isEqualTo("InterpreterEnded");
        assertThat(types(runIn(Map.of("id", id), "1 == 1".replace("1 == 1", language.equals("bash") ? "true" : "1"))))
                .contains("execution_complete");
    }

    @Test
    void anInterpreterThatWasKilledWhileNothingRanBeginsAnew() {
        String id = create("python");
        String pid = output(runIn(Map.of("id", id), "import os; print(os.getpid())"), "stdout")
                .strip();
        client.run("kill -KILL " + pid);
        await().atMost(SOON).until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());

        assertThat(output(runIn(Map.of("id", id), "print('again')"), "stdout")).isEqualTo("again\n");
    }

    @Test
    void aDeletedContextEndsWithWhatRunsInIt() {
        String id = create("python");
        CompletableFuture<List<JsonNode>> running = CompletableFuture.supplyAsync(() -> runIn(
                Map.of("id", id),
                "import time\nopen('" + directory.resolve("begun") + "', 'w').close()\ntime.sleep(600)"));
        await().atMost(SOON).until(() -> Files.exists(directory.resolve("begun")));

        assertThat(client.send("DELETE", "/code/contexts/" + id, null).status()).isEqualTo(200);

        assertThat(error(running.join()).path("ename").asText()).isEqualTo("ContextDeleted");
        assertThat(client.get("/code/contexts/" + id).status()).isEqualTo(404);
        assertThat(client.get("/code/contexts/" + id).code()).isEqualTo("CONTEXT_NOT_FOUND");
        await().atMost(SOON).until(() -> server.exec.openCount() == 0);
    }

    @Test
    void aContextIsReadByItsId() {
        String id = create("python");

        JsonNode context = client.get("/code/contexts/" + id).body();

        assertThat(context.path("id").asText()).isEqualTo(id);
        assertThat(context.path("language").asText()).isEqualTo("python");
        assertThat(context.has("cwd")).isFalse();
    }

    @Test
    void asManyContextsAsMayBeAndNoMore() {
        for (int i = 0; i < TestServer.MAX_COMMANDS; i++) {
            create("bash");
        }

        TestServer.Answer answer = post("/code/context", Map.of("language", "bash"));

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isNotEmpty();
        assertThat(client.get("/code/contexts").body()).hasSize(TestServer.MAX_COMMANDS);
    }

    @Test
    void allContextsOfALanguageAreDeletedAtOnce() {
        create("python");
        create("python");
        create("bash");

        assertThat(client.send("DELETE", "/code/contexts?language=python", null).status())
                .isEqualTo(200);

        assertThat(client.get("/code/contexts").body()).hasSize(1);
    }

    @Test
    void aServerThatStopsEndsItsInterpreters() {
        String id = create("python");
        String pid = output(runIn(Map.of("id", id), "import os; print(os.getpid())"), "stdout")
                .strip();

        server.codeContexts.close();

        await().atMost(SOON).until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
    }

    @Test
    void pythonEndsWithItsConnectionThoughItsCodeRuns() {
        String id = create("python");
        CompletableFuture<Object> running = CompletableFuture.supplyAsync(() -> runIn(
                Map.of("id", id),
                "import os, time\nwith open('" + directory.resolve("pid.new")
                        + "', 'w') as f: f.write(str(os.getpid()))\n"
                        + "os.rename('" + directory.resolve("pid.new") + "', '" + directory.resolve("pid")
                        + "')\nwhile True: time.sleep(600)"));
        await().atMost(SOON).until(() -> Files.exists(directory.resolve("pid")));
        long pid = Long.parseLong(client.run("cat " + directory.resolve("pid")).stream()
                .filter(event -> event.path("type").asText().equals("stdout"))
                .findFirst()
                .orElseThrow()
                .path("text")
                .asText());

        server.exec.hangUp();

        await().atMost(SOON).until(() -> ProcessHandle.of(pid).isEmpty());
        running.cancel(true);
    }

    @Test
    void codeWithoutALanguageIsACommand() {
        List<JsonNode> events = events(post("/code", Map.of("code", "echo a; exit 3")));

        assertThat(texts(events, "stdout")).containsExactly("a");
        assertThat(error(events).path("evalue").asText()).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "go", "typescript", "sql", "Python"})
    void anUnknownLanguageIsRefusedWithThoseThatThereAre(String language) {
        TestServer.Answer context = post("/code/context", Map.of("language", language));
        TestServer.Answer code = post("/code", Map.of("code", "1", "context", Map.of("language", language)));

        assertThat(context.status()).isEqualTo(400);
        assertThat(context.message()).isEqualTo("language: must be one of python, bash, javascript");
        assertThat(code.status()).isEqualTo(400);
        assertThat(code.message()).isEqualTo("context.language: must be one of python, bash, javascript");
    }

    @Test
    void anImageWithoutTheInterpreterSaysSoAtOnce() throws IOException {
        Path programs = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(programs.resolve("sh"), Path.of("/bin/dash"));
        server.exec.searchPrograms(programs);

        TestServer.Answer answer = post("/code/context", Map.of("language", "python"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("PROGRAM_NOT_FOUND");
        assertThat(answer.message()).contains("python3");
        assertThat(client.get("/code/contexts").body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"code": "", "context": {"language": "python"}}                  | code: must not be empty
        {"context": {"language": "python"}}                              | code: is required; what is to run
        {"code": "1", "timeout": -1, "context": {"language": "python"}}  | timeout: must be a whole number of milliseconds, 0 for none
        {"code": "1", "context": "python"}                               | context: must be an object
        """)
    void aWrongRequestNamesTheField(String body, String message) {
        TestServer.Answer answer = client.send("POST", "/code", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo(message);
    }

    @Test
    void anUnknownContextIsTold() {
        assertThat(post("/code", Map.of("code", "1", "context", Map.of("id", "no")))
                        .code())
                .isEqualTo("CONTEXT_NOT_FOUND");
        assertThat(client.send("DELETE", "/code/contexts/no", null).code()).isEqualTo("CONTEXT_NOT_FOUND");
        assertThat(client.send("DELETE", "/code?id=no", null).status()).isEqualTo(400);
        assertThat(client.send("DELETE", "/code/contexts", null).status()).isEqualTo(400);
    }
}
