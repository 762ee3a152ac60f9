package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static dev.sandkeep.adapters.http.exec.ExecClient.exitCode;
import static dev.sandkeep.adapters.http.exec.ExecClient.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.exec.SessionTurns;
import dev.sandkeep.domain.exec.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions as clients of the public specification use them, in real shells of this machine. */
class SessionRoutesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestServer server = new TestServer();
    private final ExecClient client = ExecClient.running(server);
    private final List<String> sessions = new ArrayList<>();
    private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        sessions.forEach(id -> client.send("DELETE", "/session/" + id, null));
        others.close();
        server.close();
    }

    private String create(String body) {
        TestServer.Answer answer = client.send("POST", "/session", body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        String id = answer.body().path("session_id").asText();
        sessions.add(id);
        return id;
    }

    private TestServer.Answer send(String session, Map<String, ?> request) {
        return client.send(
                "POST", "/session/" + session + "/run", new String(Json.write(request), StandardCharsets.UTF_8));
    }

    private List<JsonNode> run(String session, String command) {
        TestServer.Answer answer = send(session, Map.of("command", command));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return events(answer);
    }

    private List<String> output(String session, String command) {
        List<JsonNode> events = run(session, command);
        assertThat(exitCode(events)).as(events.toString()).isEqualTo("0");
        return texts(events, "stdout");
    }

    private Future<List<JsonNode>> begin(String session, String command) {
        return others.submit(() -> run(session, command));
    }

    @Test
    void directoryAndExportedVariablesAreThoseThatTheRunBeforeLeft() {
        String session = create("{\"cwd\": \"" + directory + "/made\"}");

        assertThat(output(session, "pwd")).containsExactly(directory + "/made");
        run(
                session,
                "mkdir \"it's here\"; cd \"it's here\"; export GREETING=\"it's \\\"\\$HOME\\\"\nand more\"; hidden=1");

        assertThat(output(
                        session, "pwd; printf '%s\\n' \"$GREETING\"; echo ${hidden:-none}; sh -c 'echo ${#GREETING}'"))
                .containsExactly(directory + "/made/it's here", "it's \"$HOME\"", "and more", "none", "21");
        run(session, "cd ..; unset GREETING; unset HOME");
        assertThat(output(session, "pwd; echo ${GREETING:-none} ${HOME:-none}; cd - >/dev/null; pwd"))
                .containsExactly(directory + "/made", "none none", directory + "/made/it's here");
    }

    @Test
    void theEventsAreThoseOfACommandUnderTheIdOfTheSession() {
        String session = create("");

        List<JsonNode> events = run(session, "echo out; echo err >&2; exit 3");

        assertThat(events.getFirst().path("type").asText()).isEqualTo("init");
        assertThat(events.getFirst().path("text").asText()).isEqualTo(session);
        assertThat(texts(events, "stdout")).containsExactly("out");
        assertThat(texts(events, "stderr")).containsExactly("err");
        assertThat(events.getLast().path("error").path("ename").asText()).isEqualTo("CommandExecError");
        assertThat(exitCode(events)).isEqualTo("3");
        assertThat(texts(events, "execution_complete")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exit 0",
                "exec true",
                "kill -KILL $$",
                "set -e; false",
                "set -u; echo $NOT_SET",
                "trap 'exit 9' EXIT; exit",
                "if"
            })
    void aRunThatEndsByItselfEndsNothingElse(String end) {
        String session = create("{\"cwd\": \"" + directory + "\"}");
        run(session, "export KEPT=1");

        run(session, end);

        assertThat(output(session, "echo $KEPT; pwd")).containsExactly("1", directory.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export X=2; set -euxC",
                "export X=2 PATH=/no/such/place",
                "export X=2; umask 777",
                "exec >/dev/null 2>&1; export X=2",
                "export X=2; false",
                "export X=2; cat <<END\nunfinished",
                "export X=2 # and a comment",
                "set -- a b; mv() { :; }; export X=2",
            })
    void whatItDoesToItsOwnShellDoesNotKeepItFromBeingKept(String command) {
        String session = create("{}");

        run(session, command);

        assertThat(output(session, "echo $X $#")).containsExactly("2 0");
    }

    @Test
    void aRunSeesNothingOfItsWrapping() {
        String session = create("{}");

        assertThat(output(session, "echo \"[$*]\"; env | grep -ci sandkeep || true; cat; echo end"))
                .containsExactly("[]", "0", "end");
        assertThat(texts(run(session, "no-such-program-at-all"), "stderr"))
                .singleElement()
                .asString()
                .contains("no-such-program-at-all")
                .doesNotContain("/tmp");
    }

    @Test
    void theDirectoryOfARunIsThatOfTheSessionFromThenOn() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        String session = create("{\"cwd\": \"" + directory + "\"}");

        assertThat(texts(events(send(session, Map.of("command", "pwd", "cwd", other.toString()))), "stdout"))
                .containsExactly(other.toString());
        assertThat(output(session, "pwd")).containsExactly(other.toString());
    }

    @Test
    void aDirectoryThatIsGoneIsSaidAndTheSessionGoesOn() {
        String session = create("{\"cwd\": \"" + directory + "/gone\"}");
        run(session, "rmdir " + directory + "/gone");

        List<JsonNode> events = run(session, "echo here");

        assertThat(texts(events, "stdout")).containsExactly("here");
        assertThat(texts(events, "stderr")).singleElement().asString().contains(directory + "/gone");
        assertThat(output(session, "cd " + directory + "; pwd")).containsExactly(directory.toString());
    }

    @Test
    void aTimeoutEndsTheRunWithAllThatItStartedAndNotTheSession() {
        Path pid = directory.resolve("pid");
        String session = create("{}");
        run(session, "export KEPT=1");

        List<JsonNode> events = events(send(
                session, Map.of("command", "export KEPT=2; sleep 1000 & echo $! >" + pid + "; wait", "timeout", 700)));

        assertThat(exitCode(events)).isEqualTo("137");
        assertThat(events.getLast().path("error").path("traceback").get(0).asText())
                .contains("timeout");
        await().atMost(SOON).until(() -> !runs(pid));
        assertThat(output(session, "echo $KEPT")).containsExactly("1");
    }

    private static boolean runs(Path pid) throws IOException {
        Path stat = Path.of("/proc", Files.readString(pid).strip(), "stat");
        return Files.exists(stat) && !Files.readString(stat).matches("(?s).*\\) Z .*");
    }

    private static void awaitRunning(Path pid) {
        await().atMost(SOON)
                .until(() -> Files.exists(pid) && !Files.readString(pid).isBlank() && runs(pid));
    }

    @Test
    void aRunIsInterruptedByTheIdOfTheSession() throws Exception {
        Path pid = directory.resolve("pid");
        String session = create("{}");
        Future<List<JsonNode>> running = begin(session, "sleep 1000 & echo $! >" + pid + "; wait");
        awaitRunning(pid);

        assertThat(client.send("DELETE", "/command?id=" + session, null).status())
                .isEqualTo(200);

        assertThat(exitCode(running.get())).isEqualTo("143");
        await().atMost(SOON).until(() -> !runs(pid));
        assertThat(output(session, "echo still")).containsExactly("still");
        assertThat(client.send("DELETE", "/command?id=" + session, null).status())
                .isEqualTo(200);
    }

    @Test
    void deletingKillsWhatRunsAndThenThereIsNoSession() throws Exception {
        Path pid = directory.resolve("pid");
        String session = create("{}");
        Future<List<JsonNode>> running =
                begin(session, "trap '' TERM; sleep 1000 & echo $! >" + pid + "; wait; sleep 1000");
        awaitRunning(pid);

        assertThat(client.send("DELETE", "/session/" + session, null).status()).isEqualTo(200);

        assertThat(exitCode(running.get())).isEqualTo("137");
        await().atMost(SOON).until(() -> !runs(pid));
        TestServer.Answer again = client.send("DELETE", "/session/" + session, null);
        assertThat(again.status()).isEqualTo(404);
        assertThat(again.code()).isEqualTo("CONTEXT_NOT_FOUND");
        TestServer.Answer run = send(session, Map.of("command", "true"));
        assertThat(run.status()).isEqualTo(400);
        assertThat(run.message()).contains("session:");
    }

    @Test
    void runsComeOneAfterTheOther() throws Exception {
        String session = create("{\"cwd\": \"" + directory + "\"}");
        run(session, "export N=0");
        List<Future<List<JsonNode>>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(begin(session, "mkdir running && sleep 0.1 && export N=$((N + 1)) && rmdir running"));
        }

        for (Future<List<JsonNode>> each : all) {
            assertThat(exitCode(each.get())).isEqualTo("0");
        }

        assertThat(output(session, "echo $N")).containsExactly("5");
    }

    @Test
    void onlySoManyRunsWait() throws Exception {
        Path go = directory.resolve("go");
        String session = create("{}");
        List<CompletableFuture<Integer>> statuses = new ArrayList<>();
        for (int i = 0; i <= SessionTurns.MOST; i++) {
            statuses.add(CompletableFuture.supplyAsync(
                    () -> send(session, Map.of("command", "while [ ! -e " + go + " ]; do sleep 0.05; done"))
                            .status(),
                    others));
        }

        await().atMost(SOON).until(() -> statuses.stream().anyMatch(CompletableFuture::isDone));
        Files.createFile(go);

        List<Integer> told = new ArrayList<>();
        for (CompletableFuture<Integer> status : statuses) {
            told.add(status.get());
        }
        assertThat(told).containsOnly(200, 429).containsOnlyOnce(429);
    }

    @Test
    void aSessionOutlivesTheServerAndWhatItLeftUndone() throws Exception {
        Path pid = directory.resolve("pid");
        String session = create("{}");
        run(session, "export KEPT=1");
        Future<List<JsonNode>> running = begin(session, "sleep 1000 & echo $! $PPID >" + pid + "; wait");
        await().atMost(SOON)
                .until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
        // Another server works in the same sandbox: here, one that knows nothing of what this one runs.
        try (TestServer other = new TestServer()) {
            ExecClient there = ExecClient.running(other);

            assertThat(there.send("DELETE", "/command?id=" + session, null).status())
                    .isEqualTo(200);

            assertThat(exitCode(running.get())).isEqualTo("143");
            assertThat(texts(
                            events(there.send("POST", "/session/" + session + "/run", "{\"command\": \"echo $KEPT\"}")),
                            "stdout"))
                    .containsExactly("1");
        }
    }

    @Test
    void whatOneThatWasKilledLeftIsNoHindrance() {
        String session = create("{\"cwd\": \"" + directory + "\"}");

        // With the shell that watches it, and so without a chance to give its turn back.
        List<JsonNode> killed = run(session, "export LOST=1; kill -KILL -$(ps -o pgid= -p $$ | tr -d ' ')");

        assertThat(exitCode(killed)).isEqualTo("137");
        assertThat(output(session, "echo ${LOST:-none}")).containsExactly("none");
    }

    @Test
    void onlySoManySessionsAreInASandbox() throws IOException {
        int others = countOthers();
        for (int i = others; i < Session.MOST; i++) {
            create("{}");
        }

        TestServer.Answer answer = client.send("POST", "/session", "{}");

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.code()).isEqualTo("TOO_MANY_REQUESTS");
    }

    /** The sandboxes of these tests share the machine's directory for passing files. */
    private static int countOthers() throws IOException {
        Path all = Path.of("/tmp/.sandkeep");
        if (Files.notExists(all)) {
            return 0;
        }
        try (var there = Files.newDirectoryStream(all)) {
            int count = 0;
            for (Path each : there) {
                count += Files.exists(each.resolve("state")) ? 1 : 0;
            }
            return count;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        /session        | {"cwd": "$NOT_SET_AT_ALL"}                | 400 | cwd
        /session        | {"cwd": "/proc/no/such/place"}            | 400 | cwd
        /session        | {"cwd": 7}                                | 400 | cwd
        /session/ID/run | {}                                        | 400 | command
        /session/ID/run | {"command": ""}                           | 400 | command
        /session/ID/run | {"command": "x", "cwd": "/no/such/place"} | 400 | cwd
        /session/ID/run | {"command": "x", "timeout": -1}           | 400 | timeout
        /session/no/run | {"command": "x"}                          | 400 | session
        """)
    void whatIsWrongIsNamed(String path, String body, int status, String field) {
        String session = create("{}");

        TestServer.Answer answer = client.send("POST", path.replace("ID", session), body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.message()).contains(field + ":");
    }

    @Test
    void theFilesOfASessionAreForItsUserAlone() throws IOException {
        String session = create("{}");

        assertThat(Files.getPosixFilePermissions(Path.of("/tmp/.sandkeep", session)))
                .extracting(Enum::name)
                .allMatch(permission -> permission.startsWith("OWNER_"));
    }
}
