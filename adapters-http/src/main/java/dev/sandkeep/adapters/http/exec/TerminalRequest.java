package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.application.terminal.TerminalSpec;
import dev.sandkeep.domain.problem.Problems;

/** The body of {@code POST /pty}, which may be empty. */
record TerminalRequest(TerminalSpec spec) {

    static TerminalRequest from(byte[] body) {
        if (body.length == 0) {
            return new TerminalRequest(new TerminalSpec(null, null));
        }
        Problems problems = new Problems();
        JsonObject request = JsonObject.root(Json.parse(body), problems);
        String directory = request.text("cwd");
        String command = request.text("command");
        problems.throwIfAny();
        return new TerminalRequest(new TerminalSpec(directory, command));
    }
}
