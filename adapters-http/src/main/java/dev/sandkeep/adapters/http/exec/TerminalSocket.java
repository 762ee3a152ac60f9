package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.error.ProblemMapper;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.terminal.TerminalClient;
import dev.sandkeep.application.terminal.TerminalEvent;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket to a terminal. One thread of its own sends what the terminal tells, each message only when the one before
 * is on its way, so that a client that reads slowly is a slow reader of the terminal.
 */
final class TerminalSocket {

    private static final Logger log = LoggerFactory.getLogger(TerminalSocket.class);
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final int NORMAL = 1000;
    private static final int GOING_AWAY = 1001;
    private static final int SERVER_ERROR = 1011;
    private static final int TAKEN_OVER = 4001;

    private final Session session;
    private final TerminalClient client;
    private final Runnable used;

    /** Whether there is a shell that takes what is typed; done when that is known. */
    private final CompletableFuture<Boolean> begun = new CompletableFuture<>();

    /** @param used called when it begins, and while it goes on after each thing told and in silence, too */
    TerminalSocket(Session session, TerminalClient client, Runnable used) {
        this.session = session;
        this.client = client;
        this.used = used;
    }

    void start() {
        var _ = Thread.ofVirtual().name("terminal-" + client.terminalId()).start(this::run);
    }

    private void run() {
        try (client) {
            follow();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            close(GOING_AWAY, "the server stops");
        } catch (CompletionException gone) {
            log.debug("Terminal {}: a client went away", client.terminalId());
        } finally {
            begun.complete(false);
        }
    }

    private void follow() throws InterruptedException {
        TerminalClient.Begun first;
        try {
            first = client.begin();
        } catch (RuntimeException failed) {
            error("START_FAILED", ProblemMapper.map(failed).body().message());
            close(SERVER_ERROR, "the shell could not be started");
            return;
        }
        begun.complete(true);
        used.run();
        if (first.replay().length > 0) {
            send(TerminalFrame.replay(first.offset(), first.replay()));
        }
        Map<String, Object> connected = new LinkedHashMap<>();
        connected.put("type", "connected");
        connected.put("session_id", client.terminalId());
        connected.put("mode", first.terminal() ? "pty" : "pipe");
        send(connected);
        while (tell(client.next(WAIT))) {
            used.run();
        }
    }

    /** Whether more may come. */
    private boolean tell(TerminalEvent event) {
        return switch (event) {
            case TerminalEvent.Written written -> {
                send(TerminalFrame.output(written.channel(), written.bytes()));
                yield true;
            }
            case TerminalEvent.Skipped skipped -> {
                send(TerminalFrame.replay(skipped.offset(), skipped.bytes()));
                yield true;
            }
            case TerminalEvent.Silence _ -> true;
            case TerminalEvent.Exited exited -> {
                if (exited.why() != null) {
                    error("RUNTIME_ERROR", exited.why());
                }
                send(Map.of("type", "exit", "exit_code", exited.exitCode()));
                yield close(NORMAL, "process exited");
            }
            case TerminalEvent.TakenOver _ -> close(TAKEN_OVER, "TAKEN_OVER");
            case TerminalEvent.Over _ -> close(NORMAL, "terminal ended");
        };
    }

    /** Does what a message of the client asks for. Waits until there is a shell, and while that takes nothing. */
    void received(Supplier<TerminalFrame> message) {
        TerminalFrame frame;
        try {
            frame = message.get();
        } catch (InvalidValue | RefusedRequest invalid) {
            error("INVALID_FRAME", ProblemMapper.map(invalid).body().message());
            return;
        }
        try {
            if (begun.join()) {
                act(frame);
            }
        } catch (ExecException | SandboxException failed) {
            error(
                    frame instanceof TerminalFrame.Input ? "STDIN_WRITE_FAILED" : "RUNTIME_ERROR",
                    ProblemMapper.map(failed).body().message());
        }
    }

    private void act(TerminalFrame frame) {
        switch (frame) {
            case TerminalFrame.Input input -> client.write(input.bytes(), 0, input.bytes().length);
            case TerminalFrame.Resize resize -> client.resize(resize.size());
            case TerminalFrame.Ping _ -> send(Map.of("type", "pong"));
            case TerminalFrame.Signal signal -> {
                if (signal.signal() != null) {
                    client.signal(signal.signal());
                }
            }
        }
    }

    /** The client went away. */
    void closed() {
        client.close();
    }

    private void error(String code, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("type", "error");
        error.put("code", code);
        error.put("error", message);
        send(error);
    }

    private void send(Map<String, ?> message) {
        String text = new String(Json.write(message), StandardCharsets.UTF_8);
        await(sent -> session.sendText(text, sent));
    }

    private void send(ByteBuffer message) {
        await(sent -> session.sendBinary(message, sent));
    }

    /** @throws CompletionException if the client is gone */
    private static void await(Consumer<Callback> sending) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        sending.accept(Callback.from(() -> sent.complete(null), sent::completeExceptionally));
        var _ = sent.join();
    }

    private boolean close(int code, String reason) {
        session.close(code, reason, Callback.NOOP);
        return false;
    }
}
