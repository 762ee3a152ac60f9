package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.problem.Problems;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** The body of {@code POST /command}. */
record CommandRequest(Command command, boolean background) {

    private static final int MOST_VARIABLES = 1024;

    static CommandRequest from(JsonNode body) {
        Problems problems = new Problems();
        JsonObject request = JsonObject.root(body, problems);
        request.require("command", "what the shell is to do");
        String text = request.text("command");
        String directory = request.text("cwd");
        boolean background = request.flag("background", false);
        Long timeout = request.wholeNumber("timeout");
        Long uid = request.wholeNumber("uid");
        Long gid = request.wholeNumber("gid");
        Map<String, String> variables = request.textMapWithoutNulls("envs", MOST_VARIABLES);
        problems.throwIfAny();
        return new CommandRequest(
                new Command(
                        Objects.requireNonNullElse(text, ""),
                        directory,
                        Objects.requireNonNullElse(variables, Map.of()),
                        Duration.ofMillis(Objects.requireNonNullElse(timeout, 0L)),
                        uid,
                        gid),
                background);
    }
}
