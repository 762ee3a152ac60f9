package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.application.terminal.AttachTerminal;
import dev.sandkeep.application.terminal.Attachment;
import dev.sandkeep.application.terminal.EndTerminal;
import dev.sandkeep.application.terminal.FindTerminal;
import dev.sandkeep.application.terminal.OpenTerminal;
import dev.sandkeep.application.terminal.TerminalClient;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsConnectContext;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Terminals of sandboxes. */
public final class TerminalRoutes implements Routes {

    private static final String CLIENT = TerminalClient.class.getName();
    private static final Duration PING = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final int MAX_MESSAGE = 1024 * 1024;
    private static final int CREATED = 201;

    private final OpenTerminal openTerminal;
    private final FindTerminal findTerminal;
    private final EndTerminal endTerminal;
    private final AttachTerminal attachTerminal;
    private final SandboxUse use;

    /** By the ids of their connections. */
    private final ConcurrentMap<String, TerminalSocket> sockets = new ConcurrentHashMap<>();

    public TerminalRoutes(
            OpenTerminal openTerminal,
            FindTerminal findTerminal,
            EndTerminal endTerminal,
            AttachTerminal attachTerminal,
            RenewOnAccess renewOnAccess) {
        this.openTerminal = openTerminal;
        this.findTerminal = findTerminal;
        this.endTerminal = endTerminal;
        this.attachTerminal = attachTerminal;
        this.use = new SandboxUse(renewOnAccess);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String base : ExecPath.BASES) {
            routes.post(base + "/pty", this::open);
            routes.get(base + "/pty/{id}", this::find);
            routes.delete(base + "/pty/{id}", this::end);
            routes.wsBeforeUpgrade(base + "/pty/{id}/ws", this::attach);
            routes.ws(base + "/pty/{id}/ws", this::connect);
        }
    }

    private void open(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        String id = openTerminal.open(
                sandbox, TerminalRequest.from(context.bodyAsBytes()).spec());
        use.note(sandbox);
        context.status(CREATED).contentType("application/json").result(Json.write(Map.of("session_id", id)));
    }

    private void find(Context context) {
        TerminalStatusResponse response =
                TerminalStatusResponse.from(findTerminal.find(ExecPath.sandbox(context), context.pathParam("id")));
        context.contentType("application/json").result(Json.write(response));
    }

    private void end(Context context) {
        endTerminal.end(ExecPath.sandbox(context), context.pathParam("id"));
    }

    /** Before there is a WebSocket, so that a refusal has a status. */
    private void attach(Context context) {
        String since = Objects.requireNonNullElse(context.queryParam("since"), "0");
        if (!since.matches("\\d{1,18}")) {
            throw new InvalidValue("since", "must be a whole number of bytes that is not negative");
        }
        Attachment attachment = new Attachment(
                !"0".equals(context.queryParam("pty")),
                Long.parseLong(since),
                "1".equals(context.queryParam("takeover")),
                "1".equals(context.queryParam("watch")));
        context.attribute(
                CLIENT, attachTerminal.attach(ExecPath.sandbox(context), context.pathParam("id"), attachment));
    }

    private void connect(WsConfig ws) {
        ws.onConnect(this::connected);
        ws.onMessage(message -> received(
                message.sessionId(), socket -> socket.received(() -> TerminalFrame.ofText(message.message()))));
        ws.onBinaryMessage(message ->
                received(message.sessionId(), socket -> socket.received(() -> TerminalFrame.ofBinary(message.data()))));
        ws.onClose(closed -> {
            TerminalSocket socket = sockets.remove(closed.sessionId());
            if (socket != null) {
                socket.closed();
            }
        });
    }

    private void received(String connection, Consumer<TerminalSocket> message) {
        TerminalSocket socket = sockets.get(connection);
        if (socket != null) {
            message.accept(socket);
        }
    }

    private void connected(WsConnectContext context) {
        context.session.setIdleTimeout(IDLE);
        context.session.setMaxTextMessageSize(MAX_MESSAGE);
        context.session.setMaxBinaryMessageSize(MAX_MESSAGE);
        context.enableAutomaticPings(PING.toSeconds(), TimeUnit.SECONDS);
        TerminalClient client = Objects.requireNonNull(context.attribute(CLIENT));
        TerminalSocket socket = new TerminalSocket(context.session, client, () -> use.note(client.sandbox()));
        sockets.put(context.sessionId(), socket);
        socket.start();
    }
}
