package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.error.ProblemMapper;
import dev.sandkeep.adapters.http.exec.CommandEvents.ClientGone;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.exec.ReadMetrics;
import dev.sandkeep.application.exec.WatchMetrics;
import dev.sandkeep.application.lifecycle.RenewOnAccess;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What sandboxes may use, and use. */
public final class SandboxMetricsRoutes implements Routes {

    private static final Logger log = LoggerFactory.getLogger(SandboxMetricsRoutes.class);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ReadMetrics readMetrics;
    private final WatchMetrics watchMetrics;
    private final SandboxUse use;

    public SandboxMetricsRoutes(ReadMetrics readMetrics, WatchMetrics watchMetrics, RenewOnAccess renewOnAccess) {
        this.readMetrics = readMetrics;
        this.watchMetrics = watchMetrics;
        this.use = new SandboxUse(renewOnAccess);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String base : ExecPath.BASES) {
            routes.get(base + "/metrics", this::metrics);
            routes.get(base + "/metrics/watch", this::watch);
        }
    }

    private void metrics(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        SandboxMetricsResponse response = SandboxMetricsResponse.from(readMetrics.read(sandbox));
        use.note(sandbox);
        context.contentType("application/json").result(Json.write(response));
    }

    private void watch(Context context) {
        SandboxId sandbox = ExecPath.sandbox(context);
        HttpServletResponse response = context.res();
        use.note(sandbox);
        try {
            watchMetrics.watch(sandbox, metrics -> send(response, SandboxMetricsResponse.from(metrics)));
        } catch (ClientGone gone) {
            log.debug("Sandbox {}: whoever watched its metrics went away", sandbox);
        } catch (RuntimeException failed) {
            if (!response.isCommitted()) {
                throw failed;
            }
            tell(response, failed);
        }
    }

    private static void send(HttpServletResponse response, Object line) {
        try {
            if (!response.isCommitted()) {
                response.setContentType("text/event-stream");
                response.setHeader("Cache-Control", "no-cache");
                // A proxy in between must not collect lines.
                response.setHeader("X-Accel-Buffering", "no");
            }
            ServletOutputStream output = response.getOutputStream();
            output.write(Json.writeAscii(line));
            output.write(END);
            output.flush();
        } catch (IOException gone) {
            throw new ClientGone(gone);
        }
    }

    /** Too late for a status: what went wrong is the last line. */
    private static void tell(HttpServletResponse response, RuntimeException failed) {
        try {
            send(response, new WatchEnd(ProblemMapper.map(failed).body().message()));
        } catch (ClientGone gone) {
            log.debug("Nobody is there to be told of an error: {}", gone.getMessage());
        }
    }

    private record WatchEnd(String error) {}
}
