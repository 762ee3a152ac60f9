package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.exec.Code;
import dev.sandkeep.domain.exec.CodeLanguage;
import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.problem.Problems;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /code}. Without any context it is a command. */
record CodeRequest(
        String text,
        @Nullable String contextId,
        @Nullable CodeLanguage language,
        @Nullable String directory,
        Duration timeout) {

    static CodeRequest from(JsonNode body) {
        Problems problems = new Problems();
        JsonObject request = JsonObject.root(body, problems);
        request.require("code", "what is to run");
        String text = request.text("code");
        Long timeout = request.wholeNumber("timeout");
        JsonObject context = request.object("context");
        String id = context == null ? null : context.text("id");
        String directory = context == null ? null : context.text("cwd");
        CodeLanguage language = context == null ? null : language(context.text("language"), problems);
        problems.throwIfAny();
        return new CodeRequest(
                Objects.requireNonNullElse(text, ""),
                id == null || id.isEmpty() ? null : id,
                language,
                directory,
                Duration.ofMillis(Objects.requireNonNullElse(timeout, 0L)));
    }

    private static @Nullable CodeLanguage language(@Nullable String text, Problems problems) {
        return text == null || text.isEmpty()
                ? null
                : problems.collect(() -> CodeLanguage.parse("context.language", text));
    }

    boolean isCommand() {
        return contextId == null && language == null;
    }

    Command toCommand() {
        return new Command(text, directory, Map.of(), timeout, null, null);
    }

    Code toCode() {
        return new Code(text, contextId, language, directory, timeout);
    }
}
