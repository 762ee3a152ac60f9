package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.CommandEnd.Cause;
import dev.sandkeep.domain.exec.CommandStatus;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what the sandbox itself knows of its background commands. */
final class BackgroundCommands {

    /** Ends a shell program that found no such command. */
    static final int UNKNOWN = 44;

    /** Ends one that found a command of another user, and tells that. */
    private static final int OF_ANOTHER = 45;

    /** Ends one that may not do it. */
    private static final int REFUSED = 46;

    /** What kernels, shells and engines say if a sandbox has as many processes as it may have. */
    private static final Pattern NO_ROOM =
            Pattern.compile("[Cc]annot fork|can't fork|fork: retry|[Rr]esource temporarily unavailable");

    /** What the start of a shell fails with for good; without room it fails with anything, as far as it came. */
    private static final Pattern NO_SHELL =
            Pattern.compile("executable file .*not found|[Nn]o such file or directory|no such user|has no program");

    /** A command that fills its sandbox with processes is asked to end before all else, and makes room by that. */
    private static final int MOST_FAILURES = 100;

    private static final Duration BETWEEN_FAILURES = Duration.ofMillis(200);

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
        String work = "echo \"$a $n\"; [ ! -f \"$d/end\" ] || { read -r l <\"$d/end\"; echo \"$l\"; }";
        ShellResult result = shells.call(sandbox, null, MOST, _ -> find(id) + work);
        requireKnown(result, id);
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

    /**
     * Asks it to end, and makes it end after a while; it may have ended already. That is done as whoever the files belong
     * to: they may be links to files that are not theirs, and only they, or root, may end their processes.
     */
    void interrupt(SandboxId sandbox, String id) {
        for (int failures = 1; ; failures++) {
            try {
                askToEnd(sandbox, id);
                return;
            } catch (ExecException.Failed | ExecException.NotStarted noRoom) {
                if (failures == MOST_FAILURES || !isForWantOfRoom(noRoom)) {
                    throw noRoom;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(BETWEEN_FAILURES.toNanos());
        } catch (InterruptedException stopped) {
            throw new IllegalStateException("Interrupted while a sandbox had no room for a process", stopped);
        }
    }

    private static boolean isForWantOfRoom(ExecException failed) {
        String message = String.valueOf(failed.getMessage());
        return failed instanceof ExecException.NotStarted
                ? !NO_SHELL.matcher(message).find()
                : NO_ROOM.matcher(message).find();
    }

    private void askToEnd(SandboxId sandbox, String id) {
        String interrupted = Cause.INTERRUPTED.word();
        String work = "[ ! -h \"$d\" ] || exit " + UNKNOWN + "\n"
                + "[ -O \"$d\" ] || { set -- $(ls -ldn \"$d\"); echo \"$3 $4\"; exit " + OF_ANOTHER + "; }\n"
                + "[ $a = 1 ] || exit 0\n[ -s \"$d/end\" ] && exit 0\necho " + interrupted + " >\"$d/why\"\n"
                + "kill -TERM -$p || { " + ALIVE + "[ $a = 1 ] && exit " + REFUSED + "; exit 0; }\n"
                + killLater("$p", "[ -s \"$d/end\" ] || echo \"137 " + interrupted + " $(date +%s)\" >\"$d/end\"; ")
                + "exit 0";
        ShellResult result = shells.callToEnd(sandbox, null, MOST, _ -> find(id) + work);
        if (result.exitCode() == OF_ANOTHER) {
            List<String> owner = words(result.text());
            ExecUser user = new ExecUser(Long.parseLong(owner.getFirst()), Long.parseLong(owner.get(1)));
            result = shells.callToEnd(sandbox, user, MOST, _ -> find(id) + work);
        }
        requireKnown(result, id);
        if (result.exitCode() != 0) {
            throw new ExecException.Failed("Command " + id + " could not be interrupted: " + result.errors());
        }
    }

    /**
     * Kills what is left of a process group after a while, whether its leader ended or not. The number of a group is not
     * given again while something is in it.
     *
     * @param before done before that
     */
    static String killLater(String group, String before) {
        return "( exec >/dev/null 2>&1 </dev/null; i=0; while kill -0 -" + group + "; do [ $i -lt "
                + RunCommand.GRACE.toSeconds() + " ] || { " + before + "kill -KILL -" + group
                + "; break; }; sleep 1; i=$((i + 1)); done ) &\n";
    }

    private static String find(String id) {
        if (!isId(id)) {
            throw new ExecException.CommandNotFound(id);
        }
        return CommandScript.find(id) + "[ -n \"$d\" ] || exit " + UNKNOWN + "\nread -r p w t n u <\"$d/meta\"\n"
                + ALIVE;
    }

    private static void requireKnown(ShellResult result, String id) {
        if (result.exitCode() == UNKNOWN) {
            throw new ExecException.CommandNotFound(id);
        }
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
