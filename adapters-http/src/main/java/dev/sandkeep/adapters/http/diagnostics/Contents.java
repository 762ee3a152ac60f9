package dev.sandkeep.adapters.http.diagnostics;

import dev.sandkeep.adapters.http.event.EventResponse;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.sandbox.Timestamps;
import dev.sandkeep.application.diagnostics.FindDiagnostics;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.domain.sandbox.SandboxEvent;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Gathers what a scope asks for. Thread-safe. */
final class Contents {

    private static final int MOST_EVENTS = 1000;
    private static final int MOST_DECISIONS = 1000;
    private static final LogSelection WHOLE_LOG =
            new LogSelection(LogSelection.MAX_LINES, LogSelection.MAX_BYTES, null);

    private final FindDiagnostics diagnostics;

    Contents(FindDiagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    Content gather(SandboxId id, Kind kind, Scope scope) {
        return switch (kind) {
            case LOGS -> logs(id, scope);
            case EVENTS -> events(id, scope);
        };
    }

    private Content logs(SandboxId id, Scope scope) {
        StringBuilder text = new StringBuilder();
        boolean truncated = false;
        if (scope.includes(Scope.CONTAINER)) {
            LogExcerpt log = diagnostics.log(id, WHOLE_LOG);
            section(text, scope, Scope.CONTAINER, log.text());
            truncated = log.truncated();
        }
        if (scope.includes(Scope.LIFECYCLE)) {
            StringBuilder lines = new StringBuilder();
            diagnostics.events(id, MOST_EVENTS).forEach(entry -> lines.append(line(entry)));
            section(text, scope, Scope.LIFECYCLE, lines.toString());
        }
        if (scope.includes(Scope.RUNTIME)) {
            section(text, scope, Scope.RUNTIME, observed(id) + "\n");
        }
        if (scope.includes(Scope.NETWORK)) {
            StringBuilder lines = new StringBuilder();
            diagnostics.decisions(id, MOST_DECISIONS).recent().reversed().forEach(one -> lines.append(line(one)));
            section(text, scope, Scope.NETWORK, lines.toString());
        }
        return new Content(text.toString(), truncated, warnings(id, scope));
    }

    private static void section(StringBuilder text, Scope wanted, Scope part, String content) {
        if (wanted == Scope.ALL) {
            text.append("== ").append(part.word()).append(" ==\n");
        }
        text.append(content);
    }

    private Content events(SandboxId id, Scope scope) {
        StringBuilder lines = new StringBuilder();
        List<JournalEntry> entries = diagnostics.events(id, MOST_EVENTS);
        entries.stream().filter(entry -> includes(scope, entry.event())).forEach(entry -> json(lines, entry));
        if (scope.includes(Scope.NETWORK)) {
            diagnostics
                    .decisions(id, MOST_DECISIONS)
                    .recent()
                    .reversed()
                    .forEach(decision -> lines.append(
                                    new String(Json.write(DecisionLine.from(decision)), StandardCharsets.UTF_8))
                            .append('\n'));
        }
        return new Content(lines.toString(), entries.size() == MOST_EVENTS, warnings(id, scope));
    }

    private static boolean includes(Scope scope, SandboxEvent event) {
        boolean ofState = event.kind() == SandboxEvent.Kind.STATE_CHANGED;
        return switch (scope) {
            case ALL, LIFECYCLE -> true;
            case RUNTIME -> ofState;
            case CONTAINER, PROCESS -> ofState && event.exitCode() != null;
            case NETWORK -> event.kind() == SandboxEvent.Kind.POLICY_CHANGED;
        };
    }

    private static void json(StringBuilder lines, JournalEntry entry) {
        lines.append(new String(Json.write(EventResponse.from(entry)), StandardCharsets.UTF_8))
                .append('\n');
    }

    private List<String> warnings(SandboxId id, Scope scope) {
        List<String> warnings = new ArrayList<>();
        boolean ended = diagnostics.sandbox(id).state().ended();
        if (ended && scope.includes(Scope.NETWORK)) {
            warnings.add("What was decided about the traffic of a sandbox is forgotten when it ends");
        }
        if (ended && scope.includes(Scope.CONTAINER)) {
            warnings.add("Of a sandbox that has ended, only the end of its log is kept");
        }
        return warnings;
    }

    /** How the runtime sees the sandbox. */
    String observed(SandboxId id) {
        return diagnostics
                .observation(id)
                .map(observation -> observation.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .orElse("the container runtime cannot be reached");
    }

    /** For people. */
    static String line(JournalEntry entry) {
        SandboxEvent event = entry.event();
        String request = entry.actor().requestId();
        return Timestamps.format(entry.time()) + " " + event.kind().word() + " "
                + event.state() + " (" + event.reason() + ") by "
                + entry.actor().name() + (request == null ? "" : ", request " + request) + ": "
                + event.message().replaceAll("[\\p{Cntrl}]+", " ") + "\n";
    }

    private static String line(NetworkDecisions.Decision decision) {
        return Timestamps.format(decision.at()) + " "
                + decision.verdict().name().toLowerCase(Locale.ROOT) + " " + decision.protocol() + " "
                + decision.target() + (decision.port() == null ? "" : ":" + decision.port()) + ": " + decision.reason()
                + "\n";
    }
}
