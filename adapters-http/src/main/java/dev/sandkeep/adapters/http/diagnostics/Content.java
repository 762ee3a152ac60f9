package dev.sandkeep.adapters.http.diagnostics;

import java.util.List;

/**
 * What was found.
 *
 * @param truncated whether there was more before it
 * @param warnings what is not in it, and why, for people
 */
record Content(String text, boolean truncated, List<String> warnings) {

    Content {
        warnings = List.copyOf(warnings);
    }
}
