package dev.sandkeep.domain.sandbox;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A table of what becomes of a sandbox: a line per state, a column per event. */
record TransitionTable(String text) {

    /** What becomes of a sandbox in this state after this event: the word of a state, "same" or "illegal". */
    record Cell(SandboxState.Kind state, String event, String outcome) {
        @Override
        public String toString() {
            return state.word() + ", " + event + ": " + outcome;
        }
    }

    List<String> events() {
        return words(text.lines().findFirst().orElseThrow());
    }

    Stream<Cell> cells() {
        return text.lines().skip(1).flatMap(line -> {
            List<String> words = words(line);
            return IntStream.range(1, events().size())
                    .mapToObj(column -> new Cell(state(words.getFirst()), events().get(column), words.get(column)));
        });
    }

    private static List<String> words(String line) {
        return Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    }

    private static SandboxState.Kind state(String word) {
        return Arrays.stream(SandboxState.Kind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow();
    }
}
