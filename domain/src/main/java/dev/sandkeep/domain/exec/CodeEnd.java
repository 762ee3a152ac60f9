package dev.sandkeep.domain.exec;

import java.util.List;

/** How a piece of code ended. */
public sealed interface CodeEnd {

    /** It came to its end. */
    record Completed() implements CodeEnd {}

    /**
     * It did not.
     *
     * @param name of the error, as the language calls it
     * @param traceback where it happened, as the language tells it
     */
    record Failed(String name, String value, List<String> traceback) implements CodeEnd {
        public Failed {
            traceback = List.copyOf(traceback);
        }
    }
}
