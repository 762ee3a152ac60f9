package dev.sandkeep.adapters.http.diagnostics;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.auth.SandboxTokens;
import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.sandbox.SandboxPath;
import dev.sandkeep.adapters.http.sandbox.Timestamps;
import dev.sandkeep.application.diagnostics.FindDiagnostics;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Diagnostics by scope, as part of the answer or from an address of their own; and by the older routes, as text. */
public final class DiagnosticsRoutes implements Routes {

    private static final List<String> PREFIXES = List.of("/v1", "");
    private static final Duration VALID = Duration.ofMinutes(10);

    private final Contents contents;
    private final PlainDiagnostics plain;
    private final SandboxTokens tokens;
    private final int inlineBytes;
    private final InstantSource clock;

    /** @param inlineBytes the largest content that is part of an answer */
    public DiagnosticsRoutes(FindDiagnostics diagnostics, SandboxTokens tokens, int inlineBytes, InstantSource clock) {
        this.contents = new Contents(diagnostics);
        this.plain = new PlainDiagnostics(diagnostics, contents, clock);
        this.tokens = tokens;
        this.inlineBytes = inlineBytes;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String prefix : PREFIXES) {
            String path = prefix + "/sandboxes/{sandboxId}/diagnostics";
            Routes.get(routes, path + "/logs", context -> show(context, Kind.LOGS));
            Routes.get(routes, path + "/events", context -> show(context, Kind.EVENTS));
            Routes.get(routes, path + "/content", this::content);
            Routes.get(routes, path + "/inspect", plain::inspect);
            Routes.get(routes, path + "/summary", plain::summary);
        }
    }

    private void show(Context context, Kind kind) {
        List<String> scopes = context.queryParams("scope");
        if (scopes.isEmpty()) {
            switch (kind) {
                case LOGS -> plain.logs(context);
                case EVENTS -> plain.events(context);
            }
            return;
        }
        SandboxId id = SandboxPath.id(context);
        Scope scope = Scope.of(String.join(",", scopes));
        Content content = contents.gather(id, kind, scope);
        int length = content.text().getBytes(StandardCharsets.UTF_8).length;
        boolean inline = length <= inlineBytes;
        Instant expiresAt = clock.instant().plus(VALID);
        context.contentType("application/json")
                .result(Json.write(new DiagnosticsResponse(
                        id.value(),
                        kind.word(),
                        scope.word(),
                        inline ? "inline" : "url",
                        kind.contentType(),
                        content.truncated(),
                        inline ? content.text() : null,
                        inline ? null : address(context, id, kind, scope, expiresAt),
                        inline ? null : Timestamps.format(Instant.ofEpochSecond(expiresAt.getEpochSecond())),
                        length,
                        content.warnings().isEmpty() ? null : content.warnings())));
    }

    private String address(Context context, SandboxId id, Kind kind, Scope scope, Instant expiresAt) {
        String expires = Long.toString(expiresAt.getEpochSecond());
        return context.scheme() + "://" + context.host() + "/v1/sandboxes/" + id + "/diagnostics/content?kind="
                + kind.word() + "&scope=" + scope.word() + "&expires=" + expires + "&signature="
                + tokens.diagnostics(id.value(), kind.word(), scope.word(), expires);
    }

    /** Whoever comes here has shown an API key, or a signature for exactly these parameters. */
    private void content(Context context) {
        Problems problems = new Problems();
        String expires = String.valueOf(context.queryParam("expires"));
        if (!expires.matches("\\d{1,12}")) {
            problems.add("expires", "must be the one of the address that was given");
        }
        problems.throwIfAny();
        if (clock.instant().isAfter(Instant.ofEpochSecond(Long.parseLong(expires)))) {
            throw new RefusedRequest(
                    ErrorCode.UNAUTHENTICATED, "This address was good for a while only; ask for the diagnostics again");
        }
        Kind kind = Kind.of(String.valueOf(context.queryParam("kind")));
        Scope scope = Scope.of(String.valueOf(context.queryParam("scope")));
        Content content = contents.gather(SandboxPath.id(context), kind, scope);
        context.contentType(kind.contentType()).result(content.text());
    }
}
