package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.application.file.ChangeFiles.Move;
import dev.sandkeep.application.file.ReplaceInFiles.Replacement;
import dev.sandkeep.domain.exec.FilePermissions;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The bodies of requests about files. */
final class FileRequests {

    private static final int MOST = 1000;

    private FileRequests() {}

    /** Permissions by path. */
    static Map<String, FilePermissions> permissions(JsonNode body) {
        return byPath(body, (object, problems) -> permissions(object, problems));
    }

    static FilePermissions permissions(JsonObject object, Problems problems) {
        Long digits = object.wholeNumber("mode");
        String owner = object.text("owner");
        String group = object.text("group");
        FilePermissions read = problems.collectWithin(
                object.pathOf(""),
                () -> new FilePermissions(FilePermissions.modeOf(digits), blankToNull(owner), blankToNull(group)));
        return read == null ? FilePermissions.UNCHANGED : read;
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** Replacements by path. */
    static Map<String, Replacement> replacements(JsonNode body) {
        return byPath(body, (object, _) -> {
            object.require("old", "the text that is to be replaced");
            object.require("new", "what replaces it");
            return new Replacement(
                    Objects.requireNonNullElse(object.text("old"), ""),
                    Objects.requireNonNullElse(object.text("new"), ""));
        });
    }

    private static <T> Map<String, T> byPath(JsonNode body, BiFunction<JsonObject, Problems, T> read) {
        Problems problems = new Problems();
        JsonObject root = JsonObject.root(body, problems);
        if (body.size() > MOST) {
            throw new InvalidValue("body", "must name at most " + MOST + " paths");
        }
        Map<String, T> found = new LinkedHashMap<>();
        body.fieldNames().forEachRemaining(path -> {
            JsonObject object = root.object(path);
            if (object == null) {
                root.problem(path, "must be an object");
            } else {
                found.put(path, read.apply(object, problems));
            }
        });
        problems.throwIfAny();
        return found;
    }

    static List<Move> moves(JsonNode body) {
        if (!body.isArray() || body.size() > MOST) {
            throw new InvalidValue("body", "must be an array of at most " + MOST + " objects");
        }
        Problems problems = new Problems();
        List<Move> moves = new ArrayList<>();
        for (JsonNode element : body) {
            JsonObject object = JsonObject.root(element, problems);
            object.require("src", "what is to be moved");
            object.require("dest", "where it is to be");
            moves.add(new Move(
                    Objects.requireNonNullElse(object.text("src"), ""),
                    Objects.requireNonNullElse(object.text("dest"), "")));
        }
        problems.throwIfAny();
        return moves;
    }
}
