package dev.sandkeep.adapters.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.domain.problem.Problems;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object that a client sent. A field of the wrong kind becomes a problem and reads as absent;
 * null counts as absent; unknown fields are left alone. No problem repeats a value.
 */
public final class JsonObject {

    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,18}");

    private final JsonNode node;
    private final String path;
    private final Problems problems;

    private JsonObject(JsonNode node, String path, Problems problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
    }

    /**
     * The document as an object, its problems to be noted in {@code problems}.
     *
     * @throws dev.sandkeep.domain.problem.InvalidValue if it is not an object at all
     */
    public static JsonObject root(JsonNode document, Problems problems) {
        if (!document.isObject()) {
            problems.add("body", "must be a JSON object");
            problems.throwIfAny();
        }
        return new JsonObject(document, "", problems);
    }

    /** Where a field is, as the client knows it. */
    public String pathOf(String field) {
        return path + field;
    }

    /** Notes that something is wrong with a field. */
    public void problem(String field, String rule) {
        problems.add(pathOf(field), rule);
    }

    /** Whether the field is there at all, be it null. */
    public boolean mentions(String field) {
        return node.has(field);
    }

    /** Whether the field is there and not null. */
    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    /** Notes a problem unless the field is there and not null. */
    public void require(String field, String rule) {
        if (!has(field)) {
            problem(field, "is required; " + rule);
        }
    }

    public @Nullable String text(String field) {
        return has(field) ? text(pathOf(field), node.get(field)) : null;
    }

    public boolean flag(String field, boolean otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        if (!node.get(field).isBoolean()) {
            problem(field, "must be true or false");
            return otherwise;
        }
        return node.get(field).booleanValue();
    }

    /** A whole number; also in quotes, or with zeros after the point, since some clients write it so. */
    public @Nullable Long wholeNumber(String field) {
        if (!has(field)) {
            return null;
        }
        JsonNode value = node.get(field);
        String digits = switch (value.getNodeType()) {
            case NUMBER -> plain(value);
            case STRING -> value.textValue();
            default -> "";
        };
        if (!WHOLE_NUMBER.matcher(digits).matches()) {
            problem(field, "must be a whole number");
            return null;
        }
        return Long.valueOf(digits);
    }

    /** Also for 1e3, but without ever writing out 1e999999999. */
    private static String plain(JsonNode number) {
        return number.canConvertToLong() && number.canConvertToExactIntegral()
                ? BigDecimal.valueOf(number.longValue()).toPlainString()
                : "";
    }

    public @Nullable JsonObject object(String field) {
        if (!has(field)) {
            return null;
        }
        JsonNode value = node.get(field);
        if (!value.isObject()) {
            problem(field, "must be an object");
            return null;
        }
        return new JsonObject(value, pathOf(field) + ".", problems);
    }

    public @Nullable List<JsonObject> objects(String field, int atMost) {
        return list(field, atMost, "objects", (at, element, into) -> {
            if (element.isObject()) {
                into.add(new JsonObject(element, at + ".", problems));
            } else {
                problems.add(at, "must be an object");
            }
        });
    }

    public @Nullable List<String> texts(String field, int atMost) {
        return list(field, atMost, "strings", (at, element, into) -> {
            String text = text(at, element);
            if (text != null) {
                into.add(text);
            }
        });
    }

    /** An object whose values are all strings. */
    public @Nullable Map<String, String> textMap(String field, int atMost) {
        return map(field, atMost, false);
    }

    /** The same, in which entries with the value null may be given and do not count. */
    public @Nullable Map<String, String> textMapWithoutNulls(String field, int atMost) {
        return map(field, atMost, true);
    }

    /** The same, in which null is a value of its own. */
    public @Nullable Map<String, @Nullable String> textMapWithNulls(String field, int atMost) {
        Map<String, String> texts = textMapWithoutNulls(field, atMost);
        if (texts == null) {
            return null;
        }
        Map<String, @Nullable String> entries = new LinkedHashMap<>();
        node.get(field).propertyStream().forEach(entry -> entries.put(entry.getKey(), texts.get(entry.getKey())));
        return entries;
    }

    private @Nullable Map<String, String> map(String field, int atMost, boolean dropNulls) {
        if (!has(field)) {
            return null;
        }
        JsonNode value = node.get(field);
        if (!value.isObject() || value.size() > atMost) {
            problem(field, "must be an object of at most " + atMost + " entries whose values are strings");
            return null;
        }
        Map<String, String> entries = new LinkedHashMap<>();
        value.properties().forEach(entry -> {
            if (!isSound(entry.getKey())) {
                problem(field, "names must be well-formed Unicode without NUL characters");
            } else if (!dropNulls || !entry.getValue().isNull()) {
                String text = text(pathOf(field) + "." + entry.getKey(), entry.getValue());
                if (text != null) {
                    entries.put(entry.getKey(), text);
                }
            }
        });
        return entries;
    }

    private interface Element<T> {
        void read(String at, JsonNode element, List<T> into);
    }

    private <T> @Nullable List<T> list(String field, int atMost, String kind, Element<T> reader) {
        if (!has(field)) {
            return null;
        }
        JsonNode value = node.get(field);
        if (!value.isArray() || value.size() > atMost) {
            problem(field, "must be an array of at most " + atMost + " " + kind);
            return null;
        }
        List<T> elements = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            reader.read(pathOf(field) + "[" + i + "]", value.get(i), elements);
        }
        // Without the wrong ones, the others would be in wrong places.
        return elements.size() < value.size() ? null : elements;
    }

    private @Nullable String text(String at, JsonNode value) {
        if (!value.isTextual()) {
            problems.add(at, "must be a string");
            return null;
        }
        if (!isSound(value.textValue())) {
            problems.add(at, "must be well-formed Unicode without NUL characters");
            return null;
        }
        return value.textValue();
    }

    /** What databases, engines and UTF-8 can hold: a lone surrogate and NUL are refused somewhere further down. */
    private static boolean isSound(String text) {
        return text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
    }
}
