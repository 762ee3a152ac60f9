package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.CommandEnd.Cause;
import dev.sandkeep.domain.exec.CommandStatus;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what the sandbox itself knows of its background commands. */
final class BackgroundCommands {

    /** Ends a shell program that found no such command. */
    static final int UNKNOWN = 44;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final int MOST = 1024;
    private static final CommandEnd UNSEEN = new CommandEnd(137, Cause.KILLED);

    /** Whether it still runs: a process of the number that started at the same moment, and is not a corpse. */
    static final String ALIVE = "a=0; if read -r x r 2>/dev/null </proc/$w/stat; then r=${r##*) }; set -- $r;"
            + " [ \"${20}\" = \"$t\" ] && [ \"$1\" != Z ] && a=1; fi\n";

    private final SandboxShell shells;

    BackgroundCommands(SandboxShell shells) {
        this.shells = shells;
    }

    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    /** @throws ExecException.CommandNotFound if there is none of this id */
    CommandStatus get(SandboxId sandbox, String id) {
        ShellResult result =
                call(sandbox, id, "echo \"$a $n\"; [ ! -f \"$d/end\" ] || { read -r l <\"$d/end\"; echo \"$l\"; }");
        List<String> lines = result.text().lines().toList();
        if (lines.isEmpty()) {
            throw new ExecException.Failed("The files of command " + id + " cannot be read: " + result.errors());
        }
        List<String> first = words(lines.getFirst());
        List<String> end = lines.size() > 1 ? words(lines.get(1)) : List.of();
        Instant startedAt = time(first, 1).orElse(Instant.EPOCH);
        if (end.size() >= 2 && end.getFirst().matches("\\d{1,3}")) {
            return new CommandStatus(
                    id,
                    startedAt,
                    new CommandEnd(Integer.parseInt(end.getFirst()), cause(end.get(1))),
                    time(end, 2).orElse(null));
        }
        boolean runs = "1".equals(first.getFirst());
        return new CommandStatus(id, startedAt, runs ? null : UNSEEN, null);
    }

    /** Asks it to end, and makes it end after a while; it may have ended already. */
    void interrupt(SandboxId sandbox, String id) {
        call(
                sandbox,
                id,
                "[ $a = 1 ] || exit 0\n[ -s \"$d/end\" ] && exit 0\necho " + Cause.INTERRUPTED.word()
                        + " >\"$d/why\"\nkill -TERM -$p 2>/dev/null\n"
                        + "( exec >/dev/null 2>&1 </dev/null; sleep " + RunCommand.GRACE.toSeconds()
                        + "; [ -s \"$d/end\" ] || { echo \"137 " + Cause.INTERRUPTED.word()
                        + " $(date +%s)\" >\"$d/end\"; kill -KILL -$p; } ) &\nexit 0");
    }

    private ShellResult call(SandboxId sandbox, String id, String work) {
        if (!isId(id)) {
            throw new ExecException.CommandNotFound(id);
        }
        ShellResult result = shells.call(
                sandbox,
                null,
                MOST,
                _ -> CommandScript.find(id) + "[ -n \"$d\" ] || exit " + UNKNOWN + "\nread -r p w t n u <\"$d/meta\"\n"
                        + ALIVE + work);
        if (result.exitCode() == UNKNOWN) {
            throw new ExecException.CommandNotFound(id);
        }
        return result;
    }

    private static List<String> words(String line) {
        return Arrays.asList(line.strip().split(" +"));
    }

    private static Cause cause(String word) {
        return Arrays.stream(Cause.values())
                .filter(cause -> cause.word().equals(word))
                .findFirst()
                .orElse(Cause.EXITED);
    }

    private static Optional<Instant> time(List<String> words, int index) {
        @Nullable String word = index < words.size() ? words.get(index) : null;
        return word != null && word.matches("\\d{1,11}")
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(word)))
                : Optional.empty();
    }
}
