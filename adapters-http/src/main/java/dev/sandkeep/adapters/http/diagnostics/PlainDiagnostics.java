package dev.sandkeep.adapters.http.diagnostics;

import dev.sandkeep.adapters.http.sandbox.SandboxPath;
import dev.sandkeep.adapters.http.sandbox.Timestamps;
import dev.sandkeep.application.diagnostics.FindDiagnostics;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.Source;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The older form, without a scope: text for people. Says so in a header. Thread-safe. */
final class PlainDiagnostics {

    private static final Pattern SINCE = Pattern.compile("(\\d{1,9})([smhd])");
    private static final Duration USUAL_SINCE = Duration.ofMinutes(10);
    private static final int MOST_LINES = LogSelection.MAX_LINES;
    private static final int MOST_EVENTS = 500;

    private final FindDiagnostics diagnostics;
    private final Contents contents;
    private final InstantSource clock;

    PlainDiagnostics(FindDiagnostics diagnostics, Contents contents, InstantSource clock) {
        this.diagnostics = diagnostics;
        this.contents = contents;
        this.clock = clock;
    }

    void logs(Context context) {
        SandboxId id = SandboxPath.id(context);
        Problems problems = new Problems();
        int tail = number(context, "tail", 100, MOST_LINES, problems);
        problems.throwIfAny();
        answer(context, log(id, tail, since(context.queryParam("since"))));
    }

    void events(Context context) {
        SandboxId id = SandboxPath.id(context);
        Problems problems = new Problems();
        int limit = number(context, "limit", 50, MOST_EVENTS, problems);
        problems.throwIfAny();
        answer(context, events(id, limit));
    }

    void inspect(Context context) {
        answer(context, inspect(SandboxPath.id(context)));
    }

    void summary(Context context) {
        SandboxId id = SandboxPath.id(context);
        Problems problems = new Problems();
        int tail = number(context, "tail", 50, MOST_LINES, problems);
        int limit = number(context, "event_limit", 20, MOST_EVENTS, problems);
        problems.throwIfAny();
        answer(
                context,
                "== inspect ==\n" + inspect(id) + "\n== events ==\n" + events(id, limit) + "\n== logs ==\n"
                        + log(id, tail, null));
    }

    private String log(SandboxId id, int tail, @Nullable Instant since) {
        String text = diagnostics
                .log(id, new LogSelection(tail, LogSelection.MAX_BYTES, since))
                .text();
        return text.isEmpty() ? "(no logs)\n" : text;
    }

    private String events(SandboxId id, int limit) {
        StringBuilder lines = new StringBuilder();
        diagnostics.events(id, limit).forEach(entry -> lines.append(Contents.line(entry)));
        return lines.isEmpty() ? "(no events)\n" : lines.toString();
    }

    /** No environment and no token: neither is part of what is kept for reading. */
    private String inspect(SandboxId id) {
        Sandbox sandbox = diagnostics.sandbox(id);
        return "id: " + id
                + "\nstate: " + sandbox.state().kind().word()
                + "\nreason: " + sandbox.state().reason().word()
                + "\nmessage: " + sandbox.state().message().replaceAll("\\p{Cntrl}+", " ")
                + "\nsince: " + Timestamps.format(sandbox.state().since())
                + "\nexit code: "
                + (sandbox.state().exitCode() == null ? "-" : sandbox.state().exitCode())
                + "\ncreated: " + Timestamps.format(sandbox.createdAt())
                + "\nexpires: " + sandbox.expiresAt().map(Timestamps::format).orElse("never")
                + "\nsource: " + source(sandbox.spec().source())
                + "\nresource limits: " + sandbox.spec().resourceLimits().written()
                + "\nmetadata: " + sandbox.spec().metadata().labels()
                + "\nnetwork policy: " + sandbox.networkPolicy().mode() + ", changed " + sandbox.policyRevision()
                + " times"
                + "\nruntime: " + contents.observed(id) + "\n";
    }

    private static String source(Source source) {
        return switch (source) {
            case Source.Image image -> "image " + image.reference().text();
            case Source.Snapshot snapshot -> "snapshot " + snapshot.id();
        };
    }

    /** What cannot be read means ten minutes, as clients know it. */
    private @Nullable Instant since(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Matcher matcher = SINCE.matcher(text);
        if (!matcher.matches()) {
            return clock.instant().minus(USUAL_SINCE);
        }
        long amount = Long.parseLong(matcher.group(1));
        return clock.instant()
                .minus(
                        switch (matcher.group(2)) {
                            case "s" -> Duration.ofSeconds(amount);
                            case "m" -> Duration.ofMinutes(amount);
                            case "h" -> Duration.ofHours(amount);
                            default -> Duration.ofDays(amount);
                        });
    }

    private static int number(Context context, String name, int otherwise, int most, Problems problems) {
        String text = context.queryParam(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[1-9]\\d{0,4}") || Integer.parseInt(text) > most) {
            problems.add(name, "must be a whole number from 1 to " + most);
            return otherwise;
        }
        return Integer.parseInt(text);
    }

    private static void answer(Context context, String text) {
        context.header("Deprecation", "true")
                .contentType("text/plain;charset=utf-8")
                .result(text);
    }
}
