package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.journal.AuditTrail;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.FilePermissions;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;
import java.util.Map;

/**
 * Makes, moves and removes files and directories, and changes who may use them. Of several paths those before one that
 * fails are done.
 */
public final class ChangeFiles {

    /** Where something is, and where it is to be. */
    public record Move(String source, String target) {}

    private final SandboxShell shells;

    public ChangeFiles(SandboxShell shells) {
        this.shells = shells;
    }

    /** Makes directories and what leads to them; those that are there stay, but for their permissions. */
    public void createDirectories(SandboxId sandbox, Map<String, FilePermissions> directories) {
        shells.audit().note(sandbox, AuditTrail.sentence("Directories are made", directories.keySet()));
        FileScript script = new FileScript("path");
        directories.forEach(
                (path, permissions) -> script.at(path).orFail("mkdir -p \"$p\"").change(permissions));
        script.run(shells, sandbox);
    }

    /**
     * Changes who may use files or directories; links are followed.
     *
     * @throws ExecException.Failed also if nothing is there
     */
    public void changePermissions(SandboxId sandbox, Map<String, FilePermissions> files) {
        shells.audit().note(sandbox, AuditTrail.sentence("Permissions are changed", files.keySet()));
        FileScript script = new FileScript("path");
        files.forEach((path, permissions) -> script.at(path)
                .orFail("{ [ -e \"$p\" ] || { echo there is no such file >&2; false; }; }")
                .change(permissions));
        script.run(shells, sandbox);
    }

    /**
     * Moves files or directories; what leads to a target is made.
     *
     * @throws ExecException.FileNotFound if a source is not there
     * @throws ExecException.Failed if a target is there
     */
    public void move(SandboxId sandbox, List<Move> moves) {
        shells.audit()
                .note(
                        sandbox,
                        AuditTrail.sentence(
                                "Files are moved",
                                moves.stream()
                                        .map(move -> move.source() + " to " + move.target())
                                        .toList()));
        FileScript script = new FileScript("path");
        for (Move move : moves) {
            script.set("t", move.target())
                    .orFail("if [ -e \"$t\" ] || [ -L \"$t\" ]; then echo it is there already >&2; false; fi")
                    .at(move.source())
                    .requireThere()
                    .orFail("mkdir -p \"${t%/*}/\" && mv \"$p\" \"$t\"");
        }
        script.run(shells, sandbox);
    }

    /** Removes files, but no directories; one that is not there is fine. */
    public void deleteFiles(SandboxId sandbox, List<String> paths) {
        shells.audit().note(sandbox, AuditTrail.sentence("Files are deleted", paths));
        FileScript script = new FileScript("path");
        for (String path : paths) {
            script.at(path)
                    .orFail("if [ -d \"$p\" ] && [ ! -L \"$p\" ]; then echo it is a directory >&2; false; fi")
                    .orFail("rm -f \"$p\"");
        }
        script.run(shells, sandbox);
    }

    /** Removes directories with all that is in them, and files; one that is not there is fine. */
    public void deleteDirectories(SandboxId sandbox, List<String> paths) {
        shells.audit().note(sandbox, AuditTrail.sentence("Directories are deleted", paths));
        FileScript script = new FileScript("path");
        paths.forEach(path -> script.at(path).orFail("rm -rf \"$p\""));
        script.run(shells, sandbox);
    }
}
