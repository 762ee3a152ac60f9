package dev.sandkeep.application.exec;

/**
 * The shell programs that keep what a background command writes, up to a size: it goes through a pipe, and what is beyond
 * is read and thrown away, so that the command neither waits nor fails. They are for the directory {@code d} of the command,
 * and in its process group, whose TERM they outlive.
 */
final class KeptOutput {

    private static final long MEBIBYTE = 1L << 20;

    /** How much is kept; what was read at a time when that is reached is kept, too. */
    static final long MOST = 64 * MEBIBYTE;

    /** It writes what it reads at once, and tells after so many reads. */
    private static final String COPY = "dd bs=4096 count=1024";

    private static final int REACHED = 3;

    /** Ends when all is read, or with {@link #REACHED}; with another code if it could start no process, or write nothing. */
    private static final String KEEP = "n=0\nwhile [ $n -lt " + MOST + " ]; do\n" + COPY + " >>\"$d/out\" || exit 1\n"
            + "s=$(wc -c <\"$d/out\") || exit 1; s=$((s))\n[ $s -gt $n ] || exit 0\nn=$s\ndone\nexit " + REACHED + "\n";

    /** Reads the pipe to its end, whatever becomes of what keeps it: to go on without that takes no new process. */
    static final String READ = "{\n(\n" + KEEP + ")\ncase $? in 0) ;; " + REACHED + ") "
            + note("of what a background command writes " + MOST / MEBIBYTE + " MiB are kept") + " ;; *) "
            + note("what was written after this could not be kept") + " ;; esac\nexec cat\n}";

    /** Tells the end, which is in {@code left}, unless it was told. Before that all that the command wrote is to be kept. */
    static final String TELL_END = "[ -s \"$d/end\" ] || { read -r l <\"$d/left\" && echo \"$l\" >\"$d/end\"; }\n";

    /**
     * Tells the end of a command that left something which goes on to write, so that the pipe does not come to its end: when
     * nothing came for a second, or after two, in which a full pipe is read many times.
     */
    static final String TELL_END_LATER = "( exec </dev/null; for i in 1 2; do s=$(wc -c <\"$d/out\"); sleep 1;"
            + " [ \"$s\" != \"$(wc -c <\"$d/out\")\" ] || break; done\n" + TELL_END + ") &\n";

    private KeptOutput() {}

    private static String note(String why) {
        return "printf '\\n[Here the log ends: " + why + "]\\n' >>\"$d/out\"";
    }
}
