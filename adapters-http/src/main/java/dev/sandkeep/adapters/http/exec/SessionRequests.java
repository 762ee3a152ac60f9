package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.problem.Problems;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bodies of requests for sessions. */
final class SessionRequests {

    private SessionRequests() {}

    /** Where a session begins, of the body of {@code POST /session}, which may be empty. */
    static @Nullable String directory(byte[] body) {
        if (body.length == 0) {
            return null;
        }
        Problems problems = new Problems();
        String directory = JsonObject.root(Json.parse(body), problems).text("cwd");
        problems.throwIfAny();
        return directory;
    }

    /** The body of {@code POST /session/{id}/run}. */
    static Command run(JsonNode body) {
        Problems problems = new Problems();
        JsonObject request = JsonObject.root(body, problems);
        request.require("command", "what the shell is to do");
        String text = request.text("command");
        String directory = request.text("cwd");
        Long timeout = request.wholeNumber("timeout");
        problems.throwIfAny();
        return new Command(
                Objects.requireNonNullElse(text, ""),
                directory,
                Map.of(),
                Duration.ofMillis(Objects.requireNonNullElse(timeout, 0L)),
                null,
                null);
    }
}
