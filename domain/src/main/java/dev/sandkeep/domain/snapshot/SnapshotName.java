package dev.sandkeep.domain.snapshot;

import dev.sandkeep.domain.problem.InvalidValue;

/** What a person calls a snapshot. Need not be unique. */
public record SnapshotName(String value) {

    public static final int MAX_LENGTH = 128;

    public SnapshotName {
        boolean printable = value.codePoints().allMatch(SnapshotName::isPrintable);
        if (value.isBlank() || !value.equals(value.strip()) || value.length() > MAX_LENGTH || !printable) {
            throw new InvalidValue(
                    "name",
                    "must be 1 to " + MAX_LENGTH + " printable characters without blanks at its ends, or left out");
        }
    }

    /** Nothing that moves a cursor, turns the direction of writing, or is not assigned. */
    private static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return value;
    }
}
