package dev.sandkeep.adapters.http.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.auth.Caller;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.lifecycle.AwaitSandbox;
import dev.sandkeep.application.lifecycle.CreateSandbox;
import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.application.lifecycle.FindLastActivity;
import dev.sandkeep.application.lifecycle.FindSandbox;
import dev.sandkeep.application.lifecycle.ListSandboxes;
import dev.sandkeep.application.port.Page;
import dev.sandkeep.domain.sandbox.Sandbox;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Create, read, list and delete sandboxes. Served with and without the prefix {@code /v1}: old clients have none. */
public final class SandboxRoutes implements Routes {

    private static final List<String> PREFIXES = List.of("/v1", "");

    private final CreateSandbox createSandbox;
    private final AwaitSandbox awaitSandbox;
    private final FindSandbox findSandbox;
    private final FindLastActivity findLastActivity;
    private final ListSandboxes listSandboxes;
    private final DeleteSandbox deleteSandbox;
    private final Duration maxWait;

    /** @param maxWait how long a create request may wait for its outcome at most */
    public SandboxRoutes(
            CreateSandbox createSandbox,
            AwaitSandbox awaitSandbox,
            FindSandbox findSandbox,
            FindLastActivity findLastActivity,
            ListSandboxes listSandboxes,
            DeleteSandbox deleteSandbox,
            Duration maxWait) {
        this.createSandbox = createSandbox;
        this.awaitSandbox = awaitSandbox;
        this.findSandbox = findSandbox;
        this.findLastActivity = findLastActivity;
        this.listSandboxes = listSandboxes;
        this.deleteSandbox = deleteSandbox;
        this.maxWait = maxWait;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String prefix : PREFIXES) {
            routes.post(prefix + "/sandboxes", this::create);
            Routes.get(routes, prefix + "/sandboxes", this::list);
            Routes.get(routes, prefix + "/sandboxes/{sandboxId}", this::find);
            routes.delete(prefix + "/sandboxes/{sandboxId}", this::delete);
        }
    }

    private void create(Context context) {
        JsonNode body = JsonBody.read(context);
        var idempotency = IdempotencyKey.read(
                headers(context, IdempotencyKey.HEADER), Caller.of(context).name(), body);
        CreateSandboxRequest request = CreateSandboxRequest.from(body);
        Sandbox sandbox = createSandbox.create(
                new CreateSandbox.Request(request.spec(), request.timeout(), request.credentials(), idempotency));
        context.header("Location", "/v1/sandboxes/" + sandbox.id());
        answer(context.status(HttpStatus.ACCEPTED), CreateSandboxResponse.from(awaited(sandbox, context)));
    }

    /** The sandbox as it is after the time that the client wants to wait, if it does. */
    private Sandbox awaited(Sandbox sandbox, Context context) {
        Optional<Duration> wait = Preference.waiting(headers(context, "Prefer"), maxWait);
        if (wait.isEmpty()) {
            return sandbox;
        }
        context.header("Preference-Applied", "wait=" + wait.get().toSeconds());
        return awaitSandbox.await(sandbox.id(), wait.get());
    }

    private void find(Context context) {
        boolean includeEnded = "true".equals(context.queryParam("includeEnded"));
        Sandbox sandbox = findSandbox.find(SandboxPath.id(context), includeEnded);
        answer(
                context,
                SandboxResponse.from(
                        sandbox, findLastActivity.find(sandbox.id()).orElse(null)));
    }

    private void list(Context context) {
        ListQuery wanted = ListQuery.from(context.queryParamMap());
        Page<Sandbox> page = wanted.matchesNothing()
                ? new Page<>(List.of(), wanted.query().page(), wanted.query().pageSize(), 0)
                : listSandboxes.list(wanted.query());
        answer(context, SandboxListResponse.from(page));
    }

    private void delete(Context context) {
        deleteSandbox.delete(SandboxPath.id(context));
        context.status(HttpStatus.NO_CONTENT);
    }

    private static List<String> headers(Context context, String name) {
        return Collections.list(context.req().getHeaders(name));
    }

    private static void answer(Context context, Object body) {
        context.contentType("application/json").result(Json.write(body));
    }
}
