package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Labels that the creator gave, to find sandboxes by.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Kubernetes label rules</a>
 */
public record Metadata(Map<String, String> labels) {

    public static final int MAX_LABELS = 64;

    /** The key of the name that people read, whose value may be any line of text. */
    public static final String NAME_KEY = "name";

    public static final int MAX_NAME_LENGTH = 253;

    /** Prefixes that a creator may not use: they are ours, and upstream's. */
    public static final List<String> RESERVED_PREFIXES = List.of("opensandbox.io/", "sandkeep.dev/");

    private static final String RESERVED =
            "keys that start with " + String.join(" or ", RESERVED_PREFIXES) + " are reserved";

    private static final Pattern PREFIX =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");

    private static final Metadata NONE = new Metadata(Map.of());

    public Metadata {
        if (labels.size() > MAX_LABELS) {
            throw new InvalidValue("metadata", "at most " + MAX_LABELS + " entries are allowed");
        }
        Problems problems = new Problems();
        labels.forEach((key, value) -> check(key, value, problems));
        problems.throwIfAny();
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    public static Metadata none() {
        return NONE;
    }

    /**
     * These labels after a JSON merge patch (RFC 7396).
     *
     * @param patch the new values by key; null takes a label away
     * @throws InvalidValue if a key is reserved, be it to be taken away, or if what comes out is not allowed
     */
    public Metadata patchedBy(Map<String, @Nullable String> patch) {
        Map<String, String> patched = new TreeMap<>(labels);
        Problems problems = new Problems();
        patch.forEach((key, value) -> {
            if (value != null) {
                patched.put(key, value);
            } else if (isReserved(key)) {
                problems.add("metadata", RESERVED);
            } else {
                patched.remove(key);
            }
        });
        Metadata result = patched.equals(labels) ? this : problems.collect(() -> new Metadata(patched));
        problems.throwIfAny();
        return Objects.requireNonNull(result);
    }

    private static boolean isReserved(String key) {
        return RESERVED_PREFIXES.stream().anyMatch(key::startsWith);
    }

    private static void check(String key, String value, Problems problems) {
        if (isReserved(key)) {
            problems.add("metadata", RESERVED);
        } else if (!isKey(key)) {
            problems.add(
                    "metadata",
                    "a key must be a Kubernetes label key: an optional lower-case DNS prefix of at most 253 characters"
                            + " and '/', then 1 to 63 of [A-Za-z0-9_.-] that start and end with a letter or digit");
        } else if (key.equals(NAME_KEY)) {
            if (value.length() > MAX_NAME_LENGTH || value.chars().anyMatch(Character::isISOControl)) {
                problems.add(
                        "metadata." + NAME_KEY,
                        "must be at most " + MAX_NAME_LENGTH + " characters, none of them a control character");
            }
        } else if (!value.isEmpty() && !isName(value)) {
            problems.add(
                    "metadata." + key,
                    "must be a Kubernetes label value: empty, or at most 63 of [A-Za-z0-9_.-] that start and end with"
                            + " a letter or digit");
        }
    }

    private static boolean isKey(String key) {
        int slash = key.indexOf('/');
        if (slash < 0) {
            return isName(key);
        }
        String prefix = key.substring(0, slash);
        return prefix.length() <= 253 && PREFIX.matcher(prefix).matches() && isName(key.substring(slash + 1));
    }

    private static boolean isName(String text) {
        return text.length() <= 63 && NAME.matcher(text).matches();
    }
}
