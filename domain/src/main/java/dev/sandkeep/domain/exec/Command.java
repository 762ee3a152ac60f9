package dev.sandkeep.domain.exec;

import dev.sandkeep.domain.problem.Problems;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a shell in a sandbox is to do.
 *
 * @param text for {@code bash}, or {@code sh} where there is none
 * @param directory where it begins, or null for where the entry process began
 * @param environment added to that of the entry process
 * @param timeout after which it is killed; zero for never
 * @param uid who it runs as, or null for the user of the entry process
 * @param gid its group, or null for the user's own
 */
public record Command(
        String text,
        @Nullable String directory,
        Map<String, String> environment,
        Duration timeout,
        @Nullable Long uid,
        @Nullable Long gid) {

    /** What Linux takes as one argument of a program. */
    public static final int MAX_BYTES = 128 * 1024 - 1;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    public Command {
        Problems problems = new Problems();
        if (text.isEmpty()) {
            problems.add("command", "must not be empty");
        } else if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            problems.add("command", "must be at most " + MAX_BYTES + " bytes in UTF-8; put longer ones into a file");
        }
        if (timeout.isNegative()) {
            problems.add("timeout", "must be a whole number of milliseconds, 0 for none");
        }
        environment.keySet().stream()
                .filter(name -> !NAME.matcher(name).matches())
                .forEach(name -> problems.add(
                        "envs." + name, "a name must be letters, digits and underscores, and not begin with a digit"));
        if (uid == null && gid != null) {
            problems.add("gid", "needs uid");
        }
        problems.collect(() -> uid == null ? null : new ExecUser(uid, 0));
        problems.collect(() -> gid == null ? null : new ExecUser(0, gid));
        problems.throwIfAny();
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    }

    /** After how long it is killed; nothing if never. */
    public Optional<Duration> limit() {
        return timeout.isZero() ? Optional.empty() : Optional.of(timeout);
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return "Command[***]";
    }
}
