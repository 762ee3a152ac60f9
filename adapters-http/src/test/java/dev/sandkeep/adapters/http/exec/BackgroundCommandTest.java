package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static dev.sandkeep.adapters.http.exec.ExecClient.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that go on by themselves, in real shells of this machine. */
class BackgroundCommandTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestServer server = new TestServer();
    private final ExecClient client = ExecClient.running(server);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        server.close();
    }

    private JsonNode status(String id) {
        return client.get("/command/status/" + id).body();
    }

    private JsonNode ended(String id) {
        await().atMost(SOON).until(() -> !status(id).path("running").asBoolean(true));
        return status(id);
    }

    private static boolean runs(Path pid) throws IOException {
        return Files.exists(Path.of("/proc", Files.readString(pid).strip(), "stat"))
                && !Files.readString(Path.of("/proc", Files.readString(pid).strip(), "stat"))
                        .matches("(?s).*\\) Z .*");
    }

    @Test
    void itIsKnownAsSoonAsItIsAccepted() {
        List<JsonNode> events = events(client.command(Map.of("command", "sleep 1000", "background", true)));

        assertThat(texts(events, "init")).hasSize(1);
        assertThat(events.getLast().path("type").asText()).isEqualTo("execution_complete");
        JsonNode status = status(texts(events, "init").getFirst());
        assertThat(status.path("running").asBoolean()).isTrue();
        assertThat(status.has("exit_code")).isFalse();
        assertThat(Instant.parse(status.path("started_at").asText()))
                .isBetween(Instant.now().minusSeconds(30), Instant.now().plusSeconds(1));
        await().atMost(SOON).until(() -> server.exec.openCount() == 0);
    }

    @Test
    void itsEndAndItsExitCodeAreKept() {
        JsonNode status = ended(client.start("exit 7"));

        assertThat(status.path("exit_code").asInt()).isEqualTo(7);
        assertThat(status.path("error").asText()).isEqualTo("exit status 7");
        assertThat(status.has("finished_at")).isTrue();
    }

    @Test
    void anotherServerFindsItToo() {
        String id = client.start("echo kept; exit 3");
        ended(id);
        try (TestServer later = new TestServer()) {
            ExecClient again = ExecClient.running(later);

            assertThat(again.get("/command/status/" + id)
                            .body()
                            .path("exit_code")
                            .asInt())
                    .isEqualTo(3);
            assertThat(again.get("/command/" + id + "/logs").response().body()).isEqualTo("kept\n");
        }
    }

    @Test
    void bothOutputsAreReadFromTheCursorOn() throws IOException {
        Path go = directory.resolve("go");
        String id = client.start("echo one; echo two >&2; while [ ! -e " + go + " ]; do sleep 0.1; done; echo three");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(client.get("/command/" + id + "/logs")
                                .response()
                                .body())
                        .isEqualTo("one\ntwo\n"));
        String cursor = client.get("/command/" + id + "/logs").header("EXECD-COMMANDS-TAIL-CURSOR");

        Files.createFile(go);
        ended(id);
        TestServer.Answer rest = client.get("/command/" + id + "/logs?cursor=" + cursor);

        assertThat(cursor).isEqualTo("8");
        assertThat(rest.response().body()).isEqualTo("three\n");
        assertThat(rest.header("EXECD-COMMANDS-TAIL-CURSOR")).isEqualTo("14");
        TestServer.Answer beyond = client.get("/command/" + id + "/logs?cursor=1000");
        assertThat(beyond.response().body()).isEmpty();
        assertThat(beyond.header("EXECD-COMMANDS-TAIL-CURSOR")).isEqualTo("1000");
        assertThat(client.get("/command/" + id + "/logs?cursor=-1").status()).isEqualTo(400);
    }

    @Test
    void noCharacterIsCutWhileItIsWritten() throws IOException {
        Path go = directory.resolve("go");
        String id =
                client.start("printf 'a\\342\\202'; while [ ! -e " + go + " ]; do sleep 0.1; done; printf '\\254b'");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(client.get("/command/" + id + "/logs").header("EXECD-COMMANDS-TAIL-CURSOR"))
                                .isEqualTo("1"));

        Files.createFile(go);
        ended(id);

        assertThat(client.get("/command/" + id + "/logs?cursor=1").response().body())
                .isEqualTo("\u20acb");
    }

    /** It goes on as if all was read. */
    @Test
    void onlySoMuchOfItsOutputIsKeptAndTheLogSaysSo() {
        long most = 64L << 20;
        String id =
                client.start("head -c 100000000 /dev/zero && echo told >" + directory.resolve("went-on") + "; exit 7");

        JsonNode status = ended(id);

        assertThat(status.path("exit_code").asInt()).isEqualTo(7);
        assertThat(status.path("error").asText()).isEqualTo("exit status 7");
        assertThat(directory.resolve("went-on")).hasContent("told");
        TestServer.Answer rest = client.get("/command/" + id + "/logs?cursor=" + (most - 2));
        assertThat(rest.response().body()).startsWith("\0\0").contains("64 MiB are kept");
        assertThat(Long.parseLong(rest.header("EXECD-COMMANDS-TAIL-CURSOR"))).isBetween(most, most + (5L << 20));
    }

    @Test
    void itsEndIsToldThoughWhatItStartedGoesOnToWrite() throws IOException {
        Path go = directory.resolve("go");
        String id = client.start("{ while [ ! -e " + go + " ]; do sleep 0.1; done; echo late; } & echo first; exit 5");

        assertThat(ended(id).path("exit_code").asInt()).isEqualTo(5);
        assertThat(client.get("/command/" + id + "/logs").response().body()).isEqualTo("first\n");

        Files.createFile(go);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(client.get("/command/" + id + "/logs")
                                .response()
                                .body())
                        .isEqualTo("first\nlate\n"));
        assertThat(status(id).path("exit_code").asInt()).isEqualTo(5);
    }

    @Test
    void allThatItWroteIsThereWhenItsEndIsTold() {
        for (int i = 0; i < 10; i++) {
            String id = client.start("seq 1 200000; printf end");

            ended(id);

            assertThat(client.get("/command/" + id + "/logs").response().body()).endsWith("200000\nend");
        }
    }

    @Test
    void itIsInterruptedWithAllThatItStarted() {
        Path pid = directory.resolve("pid");
        String id = client.start("sleep 1000 & echo $! >" + pid + "; wait");
        await().atMost(SOON).until(() -> Files.exists(pid) && runs(pid));

        assertThat(client.send("DELETE", "/command?id=" + id, null).status()).isEqualTo(200);

        JsonNode status = ended(id);
        assertThat(status.path("exit_code").asInt()).isEqualTo(143);
        assertThat(status.path("error").asText()).isEqualTo("interrupted");
        await().atMost(SOON).until(() -> !runs(pid));
        assertThat(client.send("DELETE", "/command?id=" + id, null).status()).isEqualTo(200);
    }

    @Test
    void whatDoesNotEndWhenAskedIsKilled() {
        Path pid = directory.resolve("pid");
        String id = client.start("trap '' TERM; echo $$ >" + pid + "; while :; do sleep 0.2; done");
        await().atMost(SOON).until(() -> Files.exists(pid) && runs(pid));

        client.send("DELETE", "/command?id=" + id, null);

        assertThat(ended(id).path("exit_code").asInt()).isEqualTo(137);
        await().atMost(SOON).until(() -> !runs(pid));
    }

    @Test
    void itIsKilledAfterItsTimeout() {
        Path pid = directory.resolve("pid");
        String id = texts(
                        events(client.command(Map.of(
                                "command",
                                "trap '' TERM; echo $$ >" + pid + "; while :; do sleep 0.2; done",
                                "background",
                                true,
                                "timeout",
                                900))),
                        "init")
                .getFirst();

        JsonNode status = ended(id);

        assertThat(status.path("exit_code").asInt()).isEqualTo(137);
        assertThat(status.path("error").asText()).contains("timeout");
        await().atMost(SOON).until(() -> !runs(pid));
    }

    @Test
    void aTimeoutLeavesNothingBehindWhenTheCommandEndsBefore() {
        // A number that nobody else on this machine sleeps for.
        long seconds = 40_000 + ProcessHandle.current().pid();
        String id = texts(
                        events(client.command(
                                Map.of("command", "echo $PPID", "background", true, "timeout", seconds * 1000))),
                        "init")
                .getFirst();
        ended(id);
        String watcher =
                client.get("/command/" + id + "/logs").response().body().strip();

        await().atMost(SOON).until(() -> Files.notExists(Path.of("/proc", watcher)));
        await().atMost(SOON)
                .until(() -> ProcessHandle.allProcesses()
                        .noneMatch(process -> process.info()
                                .commandLine()
                                .filter(line -> line.endsWith("sleep " + seconds))
                                .isPresent()));
    }

    @Test
    void aDirectoryThatIsNotThereIsRefused() {
        TestServer.Answer answer =
                client.command(Map.of("command", "true", "background", true, "cwd", "/no/such/place"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("cwd:");
    }

    @Test
    void anInterruptReachesWhatDoesNotEndWhenAsked() {
        Path pid = directory.resolve("pid");
        String id = client.start("sh -c 'trap \"\" TERM; echo $$ >" + pid + "; while :; do sleep 0.2; done' & wait");
        await().atMost(SOON).until(() -> Files.exists(pid) && runs(pid));

        client.send("DELETE", "/command?id=" + id, null);

        assertThat(ended(id).path("exit_code").asInt()).isEqualTo(143);
        await().atMost(SOON).until(() -> !runs(pid));
    }

    @Test
    void aCommandOfAnotherUserIsInterruptedAndItsLinksLeadNowhere() throws IOException {
        Path precious = Files.writeString(directory.resolve("precious"), "precious");
        String id = texts(
                        events(client.command(
                                Map.of("command", "sleep 1000", "background", true, "uid", 4321, "gid", 4321))),
                        "init")
                .getFirst();
        Path state = Path.of("/tmp/.sandkeep", id);
        assertThat(Files.getAttribute(state, "unix:uid")).isEqualTo(4321);
        Files.createSymbolicLink(state.resolve("why"), precious);

        assertThat(client.send("DELETE", "/command?id=" + id, null).status()).isEqualTo(200);

        assertThat(ended(id).path("exit_code").asInt()).isEqualTo(143);
        assertThat(precious).hasContent("precious");
    }

    @Test
    void whoKillsTheClockDoesNotEndTheTime() {
        // Numbers that nobody else on this machine sleeps for.
        long seconds = 5_000_000 + 1000 * ProcessHandle.current().pid();
        String id = texts(
                        events(client.command(
                                Map.of("command", "sleep 1000", "background", true, "timeout", seconds * 1000))),
                        "init")
                .getFirst();
        await().atMost(SOON).until(() -> clock(seconds).isPresent());
        ProcessHandle first = clock(seconds).orElseThrow();

        first.destroyForcibly();

        await().atMost(SOON)
                .until(() ->
                        clock(seconds).filter(next -> next.pid() != first.pid()).isPresent());
        assertThat(status(id).path("running").asBoolean()).isTrue();
        client.send("DELETE", "/command?id=" + id, null);
        ended(id);
    }

    /** What waits for about as long as that. */
    private static Optional<ProcessHandle> clock(long seconds) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.matches(".*sleep [0-9]{7,18}"))
                        .map(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                        .filter(length -> length > seconds - 500 && length < seconds + 500)
                        .isPresent())
                .findFirst();
    }
}
