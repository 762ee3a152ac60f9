package dev.sandkeep.domain.exec;

/**
 * How a command ended.
 *
 * @param exitCode 128 and the number of the signal, if one ended it
 */
public record CommandEnd(int exitCode, Cause cause) {

    /** What ended it. The words are what is kept in a sandbox. */
    public enum Cause {
        /** The command itself. */
        EXITED("exited"),
        /** It took longer than it might. */
        TIMEOUT("timeout"),
        /** Somebody asked for that. */
        INTERRUPTED("interrupted"),
        /** Nobody saw it: it was killed together with what watched it. */
        KILLED("killed");

        private final String word;

        Cause(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    private static final int SIGNALLED = 128;

    /** A sentence about it. */
    public String message() {
        return switch (cause) {
            case TIMEOUT -> "timeout: killed after the time it might take";
            case INTERRUPTED -> "interrupted";
            case KILLED -> "killed";
            case EXITED ->
                exitCode > SIGNALLED && exitCode <= SIGNALLED + 64
                        ? "ended by signal " + (exitCode - SIGNALLED)
                        : "exit status " + exitCode;
        };
    }
}
