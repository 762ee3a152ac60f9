package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.domain.sandbox.StopCause;
import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalRoutesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestServer server = new TestServer();
    private final ExecClient client = ExecClient.running(server);
    private final List<TerminalClientSocket> sockets = new ArrayList<>();

    @AfterEach
    void close() {
        sockets.forEach(TerminalClientSocket::close);
        server.close();
    }

    private String open(String body) {
        TestServer.Answer answer = client.send("POST", "/pty", body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return answer.body().path("session_id").asText();
    }

    private TerminalClientSocket come(String id, String query) {
        TerminalClientSocket socket = TerminalClientSocket.open(client, id, query);
        sockets.add(socket);
        return socket;
    }

    private int refusal(String id, String query) {
        try {
            come(id, query);
            return 101;
        } catch (CompletionException refused) {
            assertThat(refused.getCause()).isInstanceOf(WebSocketHandshakeException.class);
            return ((WebSocketHandshakeException) refused.getCause())
                    .getResponse()
                    .statusCode();
        }
    }

    @Test
    void aTerminalIsAShellThatRunsWhatIsTyped() {
        String id = open("{}");
        assertThat(id).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(client.get("/pty/" + id).body().path("running").asBoolean()).isFalse();

        TerminalClientSocket socket = come(id, "");
        assertThat(socket.message("connected").path("mode").asText()).isEqualTo("pty");
        assertThat(socket.message("connected").path("session_id").asText()).isEqualTo(id);
        socket.type("test -t 0 && echo at a $((40 + 2)) terminal $TERM\n");
        socket.awaitOut("at a 42 terminal xterm-256color");
        assertThat(client.get("/pty/" + id).body().path("running").asBoolean()).isTrue();
        assertThat(client.get("/pty/" + id).body().path("output_offset").asLong())
                .isPositive();

        socket.say(Map.of("type", "stdin", "data", "exit 7\n"));
        assertThat(socket.message("exit").path("exit_code").asInt()).isEqualTo(7);
        socket.awaitClose(1000);
        assertThat(socket.closeReason()).isEqualTo("process exited");
        assertThat(client.get("/pty/" + id).body().path("running").asBoolean()).isFalse();
    }

    @Test
    void theDirectoryIsMadeAndTheCommandIsRun(@TempDir Path directory) {
        Path made = directory.resolve("a/b c");
        String id = open("{\"cwd\":\"" + made + "\",\"command\":\"pwd; stty size; exit 4\"}");
        assertThat(made).isDirectory();

        TerminalClientSocket socket = come(id, "");

        assertThat(socket.message("exit").path("exit_code").asInt()).isEqualTo(4);
        assertThat(socket.out() + socket.replay()).contains(made + "\r\n").contains("24 80");
        assertThat(client.send("POST", "/pty", "{\"cwd\":\"/proc/no\"}").message())
                .startsWith("cwd:");
        assertThat(client.send("POST", "/pty", "{\"cwd\":7}").status()).isEqualTo(400);
    }

    @Test
    void itIsResizedAndSignalled() {
        TerminalClientSocket socket = come(open(""), "");
        socket.message("connected");
        socket.say(Map.of("type", "resize", "cols", 101, "rows", 33));
        socket.type(
                "until [ \"$(stty size)\" = '33 101' ]; do sleep 0.1; done; echo re''sized; sleep 1000; echo co''de=$?\n");
        socket.awaitOut("resized");
        socket.say(Map.of("type", "signal", "signal", "SIGWHAT"));
        socket.say(Map.of("type", "signal", "signal", "SIGTERM"));
        socket.awaitOut("code=143");

        socket.type("sh -c 'echo go\"\"ing; exec sleep 1000'\n");
        socket.awaitOut("going");
        socket.type("\u0003");
        socket.awaitOut("^C");
        socket.type("echo co''de=$?\n");
        socket.awaitOut("code=130");

        socket.say(Map.of("type", "signal", "signal", "SIGKILL"));
        assertThat(socket.message("exit").path("exit_code").asInt()).isEqualTo(137);
    }

    @Test
    void whatIsWrongWithAMessageIsToldAndTheTerminalStays() {
        TerminalClientSocket socket = come(open(""), "");
        socket.message("connected");

        socket.sayRaw("no json");
        assertThat(socket.message("error").path("code").asText()).isEqualTo("INVALID_FRAME");
        socket.sendBinary(new byte[] {9, 9});
        socket.say(Map.of("type", "resize", "cols", 0, "rows", 5));
        socket.say(Map.of("type", "what"));
        socket.say(Map.of("type", "ping"));

        socket.message("pong");
        socket.type("echo st''ill\n");
        socket.awaitOut("still");
    }

    @Test
    void pipesKeepTheOutputsApart() {
        TerminalClientSocket socket = come(open(""), "?pty=0");
        assertThat(socket.message("connected").path("mode").asText()).isEqualTo("pipe");

        socket.type("echo out; echo err >&2; test -t 0 || echo no terminal; exit 3\n");

        assertThat(socket.message("exit").path("exit_code").asInt()).isEqualTo(3);
        assertThat(socket.out()).isEqualTo("out\nno terminal\n");
        assertThat(socket.err()).isEqualTo("err\n");
    }

    @Test
    void theShellGoesOnWithoutAClientAndWhatItWroteIsReplayed() {
        String id = open("");
        TerminalClientSocket first = come(id, "?pty=0");
        first.message("connected");
        first.type("echo one; x=kept; sleep 0.5; echo two\n");
        first.awaitOut("one\n");
        first.close();

        await().atMost(PATIENCE)
                .until(() ->
                        client.get("/pty/" + id).body().path("output_offset").asLong() == 8);
        TerminalClientSocket again = come(id, "?since=4");
        assertThat(again.message("connected").path("mode").asText()).isEqualTo("pipe");
        assertThat(again.replay()).isEqualTo("two\n");
        assertThat(again.replayOffset()).isEqualTo(4);
        again.type("echo $x\n");
        again.awaitOut("kept\n");
        again.close();

        await().atMost(PATIENCE).until(() -> refusal(id, "?since=13&watch=1") == 101);
        assertThat(sockets.getLast().message("connected")).isNotNull();
        assertThat(sockets.getLast().kinds()).isEmpty();
    }

    @Test
    void theReplayIsTheLastMebibyte() {
        String id = open("{\"command\":\"head -c 3000000 /dev/zero | tr '\\\\000' x; read y\"}");
        TerminalClientSocket first = come(id, "?pty=0");
        await().atMost(PATIENCE)
                .until(() ->
                        client.get("/pty/" + id).body().path("output_offset").asLong() == 3_000_000);
        first.close();

        TerminalClientSocket again = come(id, "?since=5&takeover=1");
        again.message("connected");

        assertThat(again.replayOffset()).isEqualTo(3_000_000 - (1 << 20));
        assertThat(again.replay()).hasSize(1 << 20);
    }

    @Test
    void aNewClientAfterTheExitGetsANewShell() {
        String id = open("");
        TerminalClientSocket first = come(id, "?pty=0");
        first.message("connected");
        first.type("echo first; exit 1\n");
        first.awaitClose(1000);

        TerminalClientSocket second = come(id, "?pty=0");
        second.message("connected");
        assertThat(second.replay()).isEqualTo("first\n");
        second.type("echo second\n");
        second.awaitOut("second\n");
        assertThat(client.get("/pty/" + id).body().path("output_offset").asLong())
                .isEqualTo(13);
    }

    @Test
    void oneClientWorksThereUnlessAnotherTakesOver() {
        String id = open("");
        TerminalClientSocket first = come(id, "");
        first.message("connected");

        assertThat(refusal(id, "")).isEqualTo(409);
        TerminalClientSocket second = come(id, "?takeover=1");
        second.message("connected");

        first.awaitClose(4001);
        assertThat(first.closeReason()).isEqualTo("TAKEN_OVER");
        second.type("echo mi''ne\n");
        second.awaitOut("mine");
    }

    @Test
    void othersMayWatchAndOnlyThat() {
        String id = open("");
        TerminalClientSocket worker = come(id, "?pty=0");
        worker.message("connected");
        List<TerminalClientSocket> watchers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            watchers.add(come(id, "?watch=1"));
            watchers.getLast().message("connected");
        }
        assertThat(refusal(id, "?watch=1")).isEqualTo(409);

        worker.type("echo for all\n");
        watchers.forEach(watcher -> watcher.awaitOut("for all\n"));
        watchers.getFirst().type("echo mine\n");
        assertThat(watchers.getFirst().message("error").path("code").asText()).isEqualTo("STDIN_WRITE_FAILED");
        worker.type("exit 2\n");
        watchers.forEach(watcher ->
                assertThat(watcher.message("exit").path("exit_code").asInt()).isEqualTo(2));
        assertThat(watchers.getLast().out()).isEqualTo("for all\n");
    }

    @Test
    void whoWatchesAndDoesNotReadHoldsNobodyUpAndMissesSome() {
        String id = open("");
        TerminalClientSocket worker = come(id, "?pty=0");
        worker.message("connected");
        TerminalClientSocket lazy = TerminalClientSocket.openLazy(client, id, "?watch=1");
        sockets.add(lazy);

        worker.type("head -c 30000000 /dev/zero | tr '\\000' x; echo; echo last\n");
        await().atMost(PATIENCE).until(() -> worker.out().endsWith("last\n"));
        assertThat(worker.kinds()).doesNotContain(TerminalFrame.REPLAY);
        assertThat(worker.out()).hasSize(30_000_006);

        lazy.readOn();
        await().atMost(PATIENCE)
                .until(() -> lazy.replay().endsWith("last\n") || lazy.out().endsWith("last\n"));
        assertThat(lazy.replayOffset()).isPositive();
        assertThat(lazy.replay().length() + lazy.out().length()).isLessThan(30_000_006);
    }

    @Test
    void itIsEndedWithAllThatRunsThere() {
        String id = open("");
        TerminalClientSocket socket = come(id, "");
        socket.message("connected");
        socket.type("sleep 987 & sleep 1000 & echo pid=$!=\n");
        socket.awaitOut("=\r\n");
        await().atMost(PATIENCE).until(() -> socket.out().matches("(?s).*pid=\\d+=.*"));
        long background = Long.parseLong(socket.out().replaceFirst("(?s).*pid=(\\d+)=.*", "$1"));
        assertThat(ProcessHandle.of(background)).isPresent();

        assertThat(client.send("DELETE", "/pty/" + id, null).status()).isEqualTo(200);

        socket.awaitClose(1000);
        await().atMost(PATIENCE)
                .until(() -> ProcessHandle.of(background)
                        .filter(ProcessHandle::isAlive)
                        .isEmpty());
        assertThat(client.get("/pty/" + id).code()).isEqualTo("CONTEXT_NOT_FOUND");
        assertThat(client.send("DELETE", "/pty/" + id, null).status()).isEqualTo(404);
        assertThat(refusal(id, "")).isEqualTo(404);
        await().atMost(PATIENCE).until(() -> server.exec.openCount() == 0);
    }

    @Test
    void theirNumberIsBounded() {
        for (int i = 0; i < TestServer.MAX_TERMINALS; i++) {
            open("");
        }
        assertThat(client.send("POST", "/pty", "").status()).isEqualTo(429);
        ExecClient other = ExecClient.running(server);
        assertThat(other.send("POST", "/pty", "").status()).isEqualTo(201);
        assertThat(other.send("POST", "/pty", "").status()).isEqualTo(201);
        assertThat(other.send("POST", "/pty", "").message()).contains("on this server");
    }

    @Test
    void whatNobodyIsAtIsEndedAndWhatSomebodyIsAtIsNot() {
        String used = open("");
        String unused = open("");
        come(used, "").message("connected");

        await().atMost(PATIENCE).until(() -> {
            server.idleTerminals.end();
            return client.get("/pty/" + unused).status() == 404;
        });

        assertThat(client.get("/pty/" + used).status()).isEqualTo(200);
        server.repository.update(client.sandbox(), sandbox -> sandbox.beginStop(StopCause.USER_DELETE, Instant.now()));
        server.idleTerminals.end();
        assertThat(client.get("/pty/" + used).status()).isEqualTo(404);
    }

    @Test
    void aSandboxThatDoesNotRunHasNone() {
        ExecClient pending = ExecClient.pending(server);

        assertThat(pending.send("POST", "/pty", "").code()).isEqualTo("SANDBOX_NOT_REACHABLE");
        assertThat(refusal("00000000-0000-0000-0000-000000000000", "")).isEqualTo(404);
        assertThat(client.get("/pty/x").status()).isEqualTo(404);
    }

    @Test
    void aShellThatCannotBeStartedIsTold(@TempDir Path directory) throws IOException {
        Path place = directory.resolve("place");
        String id = open("{\"cwd\":\"" + place + "\"}");
        Files.delete(place);
        Files.createFile(place);

        TerminalClientSocket socket = come(id, "");

        assertThat(socket.message("error").path("code").asText()).isEqualTo("START_FAILED");
        socket.awaitClose(1011);
        await().atMost(PATIENCE).until(() -> refusal(id, "") == 101);
    }
}
