package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.exec.CodeLanguage;
import dev.sandkeep.domain.problem.Problems;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /code/context}. */
record CodeContextRequest(CodeLanguage language, @Nullable String directory) {

    static CodeContextRequest from(JsonNode body) {
        Problems problems = new Problems();
        JsonObject request = JsonObject.root(body, problems);
        request.require("language", "what the code is written in");
        String language = request.text("language");
        String directory = request.text("cwd");
        problems.throwIfAny();
        return new CodeContextRequest(
                CodeLanguage.parse("language", Objects.requireNonNullElse(language, "")), directory);
    }
}
