package dev.sandkeep.adapters.http.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.TestServer;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/** A running sandbox, its terminals and who comes to them. */
final class TestTerminals implements AutoCloseable {

    final TestServer server = new TestServer();
    final ExecClient client = ExecClient.running(server);
    private final List<TerminalClientSocket> sockets = new ArrayList<>();

    /** Makes one, and tells its id. */
    String open(String body) {
        TestServer.Answer answer = client.send("POST", "/pty", body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return answer.body().path("session_id").asText();
    }

    TerminalClientSocket come(String id, String query) {
        TerminalClientSocket socket = TerminalClientSocket.open(client, id, query);
        sockets.add(socket);
        return socket;
    }

    /** Comes, and takes nothing yet. */
    TerminalClientSocket comeLazily(String id, String query) {
        TerminalClientSocket socket = TerminalClientSocket.openLazy(client, id, query);
        sockets.add(socket);
        return socket;
    }

    /** The status that refuses somebody, or 101. */
    int refusal(String id, String query) {
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

    TerminalClientSocket latest() {
        return sockets.getLast();
    }

    @Override
    public void close() {
        sockets.forEach(TerminalClientSocket::close);
        server.close();
    }
}
