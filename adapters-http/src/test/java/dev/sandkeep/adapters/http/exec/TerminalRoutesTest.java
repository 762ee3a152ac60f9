package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.domain.sandbox.StopCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalRoutesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestTerminals terminals = new TestTerminals();
    private final TestServer server = terminals.server;
    private final ExecClient client = terminals.client;

    @AfterEach
    void close() {
        terminals.close();
    }

    @Test
    void aTerminalIsAShellThatRunsWhatIsTyped() {
        String id = terminals.open("{}");
        assertThat(id).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(client.get("/pty/" + id).body().path("running").asBoolean()).isFalse();

        TerminalClientSocket socket = terminals.come(id, "");
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
    void aTerminalThatIsNeverSilentIsUsedAsLongAsSomebodyIsThere() {
        TerminalClientSocket socket = terminals.come(terminals.open(""), "");
        socket.type("while echo tick; do sleep 0.2; done\n");
        socket.awaitOut("tick\r\ntick\r\ntick");
        Instant before = server.activity.find(client.sandbox()).orElseThrow();

        server.pass(Duration.ofMinutes(10));

        await().atMost(PATIENCE)
                .until(() ->
                        server.activity.find(client.sandbox()).orElseThrow().isAfter(before.plusSeconds(500)));
    }

    @Test
    void whatIsTypedBeforeTheShellBeganIsNotLost() {
        TerminalClientSocket socket = terminals.come(terminals.open(""), "?pty=0");

        socket.type("echo early; exit 6\n");

        assertThat(socket.message("exit").path("exit_code").asInt()).isEqualTo(6);
        assertThat(socket.replay() + socket.out()).isEqualTo("early\n");
    }

    @Test
    void theDirectoryIsMadeAndTheCommandIsRun(@TempDir Path directory) {
        Path made = directory.resolve("a/b c");
        String id = terminals.open("{\"cwd\":\"" + made + "\",\"command\":\"pwd; stty size; exit 4\"}");
        assertThat(made).isDirectory();

        TerminalClientSocket socket = terminals.come(id, "");

        assertThat(socket.message("exit").path("exit_code").asInt()).isEqualTo(4);
        assertThat(socket.out() + socket.replay()).contains(made + "\r\n").contains("24 80");
        assertThat(client.send("POST", "/pty", "{\"cwd\":\"/proc/no\"}").message())
                .startsWith("cwd:");
        assertThat(client.send("POST", "/pty", "{\"cwd\":7}").status()).isEqualTo(400);
    }

    @Test
    void itIsResizedAndSignalled() {
        TerminalClientSocket socket = terminals.come(terminals.open(""), "");
        socket.message("connected");
        socket.say(Map.of("type", "resize", "cols", 101, "rows", 33));
        socket.type(
                "until [ \"$(stty size)\" = '33 101' ]; do sleep 0.1; done; echo re''sized; sleep 1000; echo co''de=$?\n");
        socket.awaitOut("resized");
        socket.say(Map.of("type", "signal", "signal", "SIGWHAT"));
        socket.say(Map.of("type", "signal", "signal", "SIGTERM"));
        socket.awaitOut("code=143");

        socket.type("sh -c 'trap \"exit 9\" INT; echo go\"\"ing; while :; do sleep 0.1; done'\n");
        socket.awaitOut("going");
        socket.type("\u0003");
        socket.awaitOut("^C");
        socket.type("echo co''de=$?\n");
        socket.awaitOut("code=9");

        socket.say(Map.of("type", "signal", "signal", "SIGKILL"));
        assertThat(socket.message("exit").path("exit_code").asInt()).isEqualTo(137);
    }

    @Test
    void whatIsWrongWithAMessageIsToldAndTheTerminalStays() {
        TerminalClientSocket socket = terminals.come(terminals.open(""), "");
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
        TerminalClientSocket socket = terminals.come(terminals.open(""), "?pty=0");
        assertThat(socket.message("connected").path("mode").asText()).isEqualTo("pipe");

        socket.type("echo out; echo err >&2; test -t 0 || echo no terminal; exit 3\n");

        assertThat(socket.message("exit").path("exit_code").asInt()).isEqualTo(3);
        assertThat(socket.out()).isEqualTo("out\nno terminal\n");
        assertThat(socket.err()).isEqualTo("err\n");
    }

    @Test
    void itIsEndedWithAllThatRunsThere() {
        String id = terminals.open("");
        TerminalClientSocket socket = terminals.come(id, "");
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
        assertThat(terminals.refusal(id, "")).isEqualTo(404);
        await().atMost(PATIENCE).until(() -> server.exec.openCount() == 0);
    }

    @Test
    void theirNumberIsBounded() {
        for (int i = 0; i < TestServer.MAX_TERMINALS; i++) {
            terminals.open("");
        }
        assertThat(client.send("POST", "/pty", "").status()).isEqualTo(429);
        ExecClient other = ExecClient.running(server);
        assertThat(other.send("POST", "/pty", "").status()).isEqualTo(201);
        assertThat(other.send("POST", "/pty", "").status()).isEqualTo(201);
        assertThat(other.send("POST", "/pty", "").message()).contains("on this server");
    }

    @Test
    void whatNobodyIsAtIsEndedAndWhatSomebodyIsAtIsNot() {
        String used = terminals.open("");
        String unused = terminals.open("");
        terminals.come(used, "").message("connected");

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
        assertThat(terminals.refusal("00000000-0000-0000-0000-000000000000", ""))
                .isEqualTo(404);
        assertThat(client.get("/pty/x").status()).isEqualTo(404);
    }

    @Test
    void aServerThatStopsTellsItsClientsAndLeavesNoShell() {
        TerminalClientSocket socket = terminals.come(terminals.open(""), "");
        socket.message("connected");
        Instant begin = Instant.now();

        server.stop();
        server.terminals.close();

        socket.awaitClose(1001);
        await().atMost(PATIENCE).until(() -> server.exec.openCount() == 0);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aShellThatCannotBeStartedIsTold(@TempDir Path directory) throws IOException {
        Path place = directory.resolve("place");
        String id = terminals.open("{\"cwd\":\"" + place + "\"}");
        Files.delete(place);
        Files.createFile(place);

        TerminalClientSocket socket = terminals.come(id, "");

        assertThat(socket.message("error").path("code").asText()).isEqualTo("START_FAILED");
        socket.awaitClose(1011);
        await().atMost(PATIENCE).until(() -> terminals.refusal(id, "") == 101);
    }
}
