package dev.sandkeep.adapters.http.diagnostics;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which part of what is known of a sandbox. */
enum Scope {
    /** What the entry process wrote, and how it ended. */
    CONTAINER,
    /** What became of the sandbox, and who did it. */
    LIFECYCLE,
    /** How the runtime sees it. */
    RUNTIME,
    /** What was decided about its outbound traffic. */
    NETWORK,
    /** The same as the container, whose entry process is the one that is known. */
    PROCESS,
    ALL;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean includes(Scope part) {
        return this == ALL || this == part || (this == PROCESS && part == CONTAINER);
    }

    static Scope of(String word) {
        return Arrays.stream(values())
                .filter(scope -> scope.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidValue(
                        "scope",
                        "must be one of "
                                + Arrays.stream(values()).map(Scope::word).collect(Collectors.joining(", "))));
    }
}
