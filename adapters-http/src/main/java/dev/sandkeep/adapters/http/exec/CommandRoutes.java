package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.exec.FindCommandStatus;
import dev.sandkeep.application.exec.ReadCommandLog;
import dev.sandkeep.application.exec.RunCommand;
import dev.sandkeep.application.exec.StartCommand;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Commands in sandboxes. */
public final class CommandRoutes implements Routes {

    private static final String CURSOR_HEADER = "EXECD-COMMANDS-TAIL-CURSOR";

    private final RunCommand runCommand;
    private final StartCommand startCommand;
    private final FindCommandStatus findCommandStatus;
    private final ReadCommandLog readCommandLog;
    private final SandboxUse use;
    private final InstantSource clock;

    public CommandRoutes(
            RunCommand runCommand,
            StartCommand startCommand,
            FindCommandStatus findCommandStatus,
            ReadCommandLog readCommandLog,
            RenewOnAccess renewOnAccess,
            InstantSource clock) {
        this.runCommand = runCommand;
        this.startCommand = startCommand;
        this.findCommandStatus = findCommandStatus;
        this.readCommandLog = readCommandLog;
        this.use = new SandboxUse(renewOnAccess);
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String base : ExecPath.BASES) {
            routes.post(base + "/command", this::command);
            routes.get(base + "/command/status/{id}", this::status);
            routes.get(base + "/command/{id}/logs", this::logs);
        }
    }

    private void command(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        CommandRequest request = CommandRequest.from(Json.parse(context.bodyAsBytes()));
        CommandEvents.tell(context, clock, () -> use.note(sandbox), events -> {
            if (request.background()) {
                events.started(startCommand.start(sandbox, request.command()));
                events.completed(Duration.ZERO);
            } else {
                events.follow(() -> runCommand.run(sandbox, request.command(), events));
            }
        });
    }

    private void status(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        CommandStatusResponse response =
                CommandStatusResponse.from(findCommandStatus.find(sandbox, context.pathParam("id")));
        use.note(sandbox);
        context.contentType("application/json").result(Json.write(response));
    }

    private void logs(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        long cursor = cursor(context.queryParam("cursor"));
        BodyStream body = new BodyStream(context.res());
        body.fill(() -> readCommandLog.read(sandbox, context.pathParam("id"), cursor, new Log(context.res(), body)));
        use.note(sandbox);
    }

    /** What is no number is taken for none, as clients expect. */
    private static long cursor(@Nullable String text) {
        if (text != null && text.matches("-\\d{1,18}")) {
            throw new InvalidValue("cursor", "must be a whole number that is not negative");
        }
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    private record Log(HttpServletResponse response, BodyStream body) implements ReadCommandLog.Sink {

        @Override
        public void begin(long length, long cursor) {
            response.setContentType("text/plain; charset=utf-8");
            response.setHeader(CURSOR_HEADER, Long.toString(cursor));
            response.setContentLengthLong(length);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            body.write(bytes, offset, length);
        }
    }
}
