package dev.sandkeep.adapters.persistence;

/**
 * A row that this server cannot have written, or not with this key. Ours to mend, never the fault of whoever asked for
 * it. Names the row and the column; the value stays untold, since it may be a secret.
 */
public final class CorruptRow extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CorruptRow(String row, String column, String what) {
        super("The record of " + row + " cannot be read: " + column + " " + what);
    }
}
