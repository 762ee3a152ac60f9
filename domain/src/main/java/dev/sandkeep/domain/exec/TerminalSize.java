package dev.sandkeep.domain.exec;

import dev.sandkeep.domain.problem.InvalidValue;

/** How many characters a terminal shows. */
public record TerminalSize(int columns, int rows) {

    /** What terminals had, and programs expect. */
    public static final TerminalSize USUAL = new TerminalSize(80, 24);

    private static final int MOST = 10_000;

    public TerminalSize {
        require("cols", columns);
        require("rows", rows);
    }

    private static void require(String field, int number) {
        if (number < 1 || number > MOST) {
            throw new InvalidValue(field, "must be a whole number from 1 to " + MOST);
        }
    }
}
