package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.exec.Session;

/**
 * The shell programs of sessions. Between its runs a session is a few files: every run is a new shell that reads them, does
 * what it is told in this shell itself, and writes them again. A run that ends on its own terms ({@code exit}, {@code
 * exec}, a signal) writes nothing, and the session is what it was before.
 */
final class SessionScript {

    /** Ends a shell program that found no such session. */
    static final int UNKNOWN = 44;

    /** How long a run waits for one that another server follows. */
    private static final int PATIENCE_SECONDS = 30;

    private static final int MOST_ATTEMPTS = 5;

    /** The process group of the run that goes on into {@code w}, and into {@code a} whether there is one. */
    private static final String HOLDER =
            "l=$(readlink \"$d/turn\"); w=${l%% *}; t=${l#* }\n" + BackgroundCommands.ALIVE + "[ -n \"$l\" ] || a=0\n";

    /** What a run left when it was complete; one that was killed after that did not come to it. */
    private static final String COMMIT = "if [ -f \"$d/ok\" ]; then mv -f \"$d/cwd.new\" \"$d/cwd\";"
            + " mv -f \"$d/state.new\" \"$d/state\"; fi; rm -f \"$d/ok\" \"$d/state.new\" \"$d/cwd.new\"\n";

    /** Which groups still have something in them, this run's included. */
    private static final String NOTE_GROUP = "while read -r w t; do kill -0 -$w && echo \"$w $t\"; done <\"$d/groups\""
            + " >\"$d/groups.new\"\necho \"$$ $s\" >>\"$d/groups.new\"; mv -f \"$d/groups.new\" \"$d/groups\"\n";

    private SessionScript() {}

    /** Makes the files of a session. Tells P, or C without the directory, F if there are too many, D without a place. */
    static String create(Session session, String token) {
        String id = session.id();
        String place = "cd .";
        if (session.directory() != null) {
            ShellText.PathWord path = ShellText.path("cwd", session.directory());
            place = path.condition() + " && mkdir -p -- " + path.word() + " && cd -- " + path.word();
        }
        return "e=$(export -p)\nexec 2>/dev/null\n"
                + "n=0; for b in " + StateDirectory.PLACES + "; do for f in \"$b/" + StateDirectory.NAME
                + "\"/*/state; do [ -f \"$f\" ] && n=$((n + 1)); done; done\n"
                + "[ $n -lt " + Session.MOST + " ] || { " + Marks.print(token, "F", "") + "; exit; }\n"
                + "{ " + place + "; } || { " + Marks.print(token, "C", "") + "; exit; }\n"
                + StateDirectory.make(id)
                + "umask 077; [ -n \"$d\" ] && chmod 700 \"$d\" && pwd >\"$d/cwd\" && printf '%s\\n' \"$e\" >\"$d/new\""
                + " && mv -f \"$d/new\" \"$d/state\" || { [ -z \"$d\" ] || rm -rf \"$d\"; "
                + Marks.print(token, "D", "") + "; exit; }\n"
                + Marks.print(token, "P", "");
    }

    /**
     * A run. Tells P with the process group before it begins, and E with the exit code on both outputs; or N without such
     * a session, C without the directory, B while another run goes on, D if the files cannot be written to.
     */
    static String run(String session, Command command, String token) {
        String place = "p=\n";
        if (command.directory() != null && !command.directory().isEmpty()) {
            ShellText.PathWord path = ShellText.path("cwd", command.directory());
            place = "p=$(" + path.condition() + " && cd -- " + path.word() + " && pwd && echo x) || { "
                    + Marks.print(token, "C", "") + "; exit; }\np=${p%?x}\n";
        }
        return "exec 3>&2 2>/dev/null\ntrap '' TERM\n"
                + StateDirectory.find(session, "state")
                + "[ -n \"$d\" ] || { " + Marks.print(token, "N", "") + "; exit; }\n"
                + place
                + takeTurn(token)
                + NOTE_GROUP
                + COMMIT
                + "q=$(cat \"$d/cwd\"; echo x); q=${q%?x}\n"
                + "n=bash; b=$(command -v bash) || { n=sh; b=$(command -v sh); }\n"
                + "e=; command -v env >/dev/null && e='env -i'\n"
                + "(\ntrap - TERM\n" + Marks.print(token, "P%s", CommandGroup.TELL) + "\n"
                + "exec $e \"$b\" -c " + inner() + " $n " + ShellText.quote(command.text())
                + " \"$q\" \"$p\" 2>&3 3>&- </dev/null\n)\nc=$?\n"
                + COMMIT
                + "rm -f \"$d/turn\"\n"
                + Marks.print(token, "E%s", "$c") + "\n"
                + Marks.print(token, "E%s", "$c") + " >&3";
    }

    /** A link is made at once with what is in it, so that two servers do not both have their turn. */
    private static String takeTurn(String token) {
        return "read -r w r </proc/self/stat; r=${r##*) }; set -- $r; s=${20}\nk=0; j=0\n"
                + "until ln -s \"$$ $s\" \"$d/turn\"; do\n"
                + "[ -d \"$d\" ] || { " + Marks.print(token, "N", "") + "; exit; }\n"
                + HOLDER
                + "if [ $a = 1 ]; then k=$((k + 1)); [ $k -lt " + PATIENCE_SECONDS + " ] || { "
                + Marks.print(token, "B", "") + "; exit; }; sleep 1\n"
                + "else j=$((j + 1)); [ $j -lt " + MOST_ATTEMPTS + " ] && rm -f \"$d/turn\" || { "
                + Marks.print(token, "D", "") + "; exit; }; fi\ndone\n";
    }

    /**
     * What the shell of a run does. It gets the text, where the session is and where the run is to be as arguments, which
     * the text does not see; {@code d} is put in by the shell that starts it. Going to a directory changes what the files
     * say of directories, so they are read again. What the text set for its own shell must not keep its state from being
     * written.
     */
    private static String inner() {
        return "\". $d/state 2>/dev/null; cd -- \\\"\\$2\\\" && . $d/state 2>/dev/null\""
                + "'\n[ -z \"$3\" ] || cd -- \"$3\"\neval \"set --; $1\"\n"
                + "{ c=$?; set +exuC; umask 077; } 2>/dev/null\n'"
                + "\"{ command export -p >|$d/state.new && command pwd >|$d/cwd.new && : >|$d/ok; } 2>/dev/null\""
                + "' || echo \"The session could not keep what this run changed\" >&2\nexit $c'";
    }

    /** Asks the run that goes on to end, and makes it end after a while; there may be none. */
    static String interrupt(String session) {
        return find(session) + "[ -h \"$d/turn\" ] || exit 0\n" + HOLDER
                + "[ $a = 1 ] || exit 0\nkill -TERM -$w 2>/dev/null\n"
                + BackgroundCommands.killLater("$w", "") + "exit 0";
    }

    /**
     * Ends the session with the run that goes on, and asks what earlier runs left to end, and makes it end after a while. The
     * number of a group is not given again while something is in it: if its leader runs, that must have begun when the run
     * did.
     */
    static String delete(String session) {
        return find(session) + HOLDER
                + "h=; g=; { [ $a = 0 ] || { h=$w; kill -KILL -$w; }\nwhile read -r w t; do\n"
                + "[ \"$w\" != \"$h\" ] || continue\n"
                + "s=; read -r x r </proc/$w/stat && { r=${r##*) }; set -- $r; s=${20}; }\n"
                + "[ -z \"$s\" ] || [ \"$s\" = \"$t\" ] || continue\n"
                + "kill -TERM -$w && g=\"$g $w\"\ndone <\"$d/groups\"; } 2>/dev/null\n"
                + "for w in $g; do\n" + BackgroundCommands.killLater("$w", "") + "done\n"
                + "rm -rf \"$d\" || rm -rf \"$d\" || exit 1\nexit 0";
    }

    private static String find(String session) {
        return StateDirectory.find(session, "state") + "[ -n \"$d\" ] || exit " + UNKNOWN + "\n";
    }
}
