package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.List;

/** The argument vector of the entry process: the executable, then its arguments. No shell is involved. */
public record Entrypoint(List<String> arguments) {

    public static final int MAX_ARGUMENTS = 256;
    /** Below the kernel's limit of 128 KiB for one argument (execve(2)). */
    public static final int MAX_TOTAL_LENGTH = 64 * 1024;

    public Entrypoint {
        if (arguments.isEmpty() || arguments.size() > MAX_ARGUMENTS) {
            throw new InvalidValue("entrypoint", "must hold 1 to " + MAX_ARGUMENTS + " strings");
        }
        arguments = List.copyOf(arguments);
        if (arguments.getFirst().isBlank()) {
            throw new InvalidValue("entrypoint[0]", "must name an executable");
        }
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).indexOf('\0') >= 0) {
                throw new InvalidValue("entrypoint[" + i + "]", "must not contain a NUL character");
            }
        }
        if (arguments.stream().mapToInt(String::length).sum() > MAX_TOTAL_LENGTH) {
            throw new InvalidValue("entrypoint", "must be at most " + MAX_TOTAL_LENGTH + " characters in total");
        }
    }

    /** A process that only keeps the sandbox up; what is to be done in it comes later. */
    public static Entrypoint waiting() {
        return new Entrypoint(List.of("tail", "-f", "/dev/null"));
    }
}
