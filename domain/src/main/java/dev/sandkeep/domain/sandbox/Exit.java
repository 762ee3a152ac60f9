package dev.sandkeep.domain.sandbox;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the entry process of a sandbox ended.
 *
 * @param code its exit code, 0..255; 128 + n for signal n
 * @param cause what the runtime knows beyond the code
 * @param lastLine the last line it wrote, if any; at most {@value #MAX_LINE} characters
 */
public record Exit(int code, Cause cause, @Nullable String lastLine) {

    public static final int MAX_LINE = 500;

    /** 128 and the number of SIGKILL. */
    private static final int KILLED = 137;

    /** An engine misses some of the kernel's reports of an exhausted memory limit, most of all under load. */
    private static final String WHEN_KILLED = "The entry process was killed (SIGKILL), exit code " + KILLED
            + "; the runtime does not know by whom. The most frequent cause is the memory limit";

    /** SIGKILL, SIGTERM, and the code Docker gives to a process whose end nobody saw. */
    private static final Set<Integer> CODES_OF_A_STOPPED_ENGINE = Set.of(KILLED, 143, 255);

    public enum Cause {
        /** The process ended, or a signal that the runtime knows nothing of ended it. */
        PROCESS_ENDED,
        OUT_OF_MEMORY,
        ENTRYPOINT_NOT_FOUND
    }

    public Exit {
        if (lastLine != null && lastLine.length() > MAX_LINE) {
            // Half a surrogate pair is no character that could be stored.
            boolean splits = Character.isHighSurrogate(lastLine.charAt(MAX_LINE - 1));
            lastLine = lastLine.substring(0, splits ? MAX_LINE - 1 : MAX_LINE);
        }
    }

    /** Whether this is how a process ends when the engine below it stops or dies. */
    public boolean looksInterrupted() {
        return cause == Cause.PROCESS_ENDED && CODES_OF_A_STOPPED_ENGINE.contains(code);
    }

    public boolean successful() {
        return code == 0 && cause == Cause.PROCESS_ENDED;
    }

    StatusReason reason() {
        return switch (cause) {
            case PROCESS_ENDED -> StatusReason.EXITED;
            case OUT_OF_MEMORY -> StatusReason.OUT_OF_MEMORY;
            case ENTRYPOINT_NOT_FOUND -> StatusReason.ENTRYPOINT_NOT_FOUND;
        };
    }

    String message() {
        String what = switch (cause) {
            case PROCESS_ENDED -> code == KILLED ? WHEN_KILLED : "The entry process exited with code " + code;
            case OUT_OF_MEMORY -> "The kernel killed a process at the memory limit; exit code " + code;
            case ENTRYPOINT_NOT_FOUND ->
                "The image has no executable of that name; check the entrypoint. Exit code " + code;
        };
        return lastLine == null || lastLine.isBlank() ? what + "." : what + ". Last output: " + lastLine;
    }
}
