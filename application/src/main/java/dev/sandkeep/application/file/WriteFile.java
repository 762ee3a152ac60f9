package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.ShellProgram;
import dev.sandkeep.application.exec.TransferMemory;
import dev.sandkeep.application.journal.AuditTrail;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.FilePermissions;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes files, of any length in a bounded amount of memory. One that is there is written anew in its place, so that
 * links to it, its owner and its mode stay; what leads to a new one is made.
 */
public final class WriteFile {

    private static final String NEW_MODE = "755";

    private final SandboxShell shells;

    public WriteFile(SandboxShell shells) {
        this.shells = shells;
    }

    /**
     * Begins to write a file.
     *
     * @return what takes the content, to be finished, and to be closed in any case; what was given until then is written
     * @throws InvalidValue if the path is that of a directory
     * @throws ExecException.Failed if the sandbox refuses it
     */
    public Writing begin(SandboxId sandbox, String path, FilePermissions permissions) {
        shells.audit().note(sandbox, AuditTrail.sentence("A file is written", List.of(path)));
        TransferMemory.Claim claim = shells.memory().transfer(sandbox);
        try {
            return begin(sandbox, path, permissions, claim);
        } catch (RuntimeException failed) {
            claim.close();
            throw failed;
        }
    }

    private Writing begin(SandboxId sandbox, String path, FilePermissions permissions, TransferMemory.Claim claim) {
        FileScript script = new FileScript("path");
        ShellProgram shell = shells.open(sandbox, null, token -> script(script, path, permissions, token));
        Writing writing = new Writing(shell, script, claim);
        try {
            writing.await("R");
            return writing;
        } catch (RuntimeException failed) {
            shell.close();
            throw failed;
        }
    }

    private static String script(FileScript script, String path, FilePermissions permissions, String token) {
        String mark = "printf '\\036" + token + "%s\\n' ";
        return script.then("exec 3>&1")
                .then("no() { " + mark + "\"N$1\" >&3; exit; }")
                .at(path)
                .then("[ ! -d \"$p\" ] || { echo must not be that of a directory >&2; no " + FileScript.WRONG_KIND
                        + "; }")
                .then("m=; [ -e \"$p\" ] || m=" + NEW_MODE)
                .orFail("mkdir -p \"${p%/*}/\"")
                // Each piece of the content comes with its length before, so that it needs no end of the input.
                .then("{ " + mark + "R >&3; while read -r l && [ \"$l\" -gt 0 ]; do head -c \"$l\" || no "
                        + FileScript.FAILED + "; " + mark + "K >&3; done; } >\"$p\" || no " + FileScript.FAILED)
                .orFail("{ [ -z \"$m\" ] || chmod $m \"$p\"; }")
                .change(permissions)
                .then(mark + "W")
                .text();
    }

    /** A file that is being written. For one thread. */
    public static final class Writing implements AutoCloseable {

        /** What a program takes at a time; each costs a start of one. */
        private static final int PIECE = TransferMemory.STREAM / 2;

        private static final int LEAST = 8 * 1024;

        private final ShellProgram shell;
        private final FileScript script;
        private final TransferMemory.Claim claim;
        private byte[] waiting = new byte[LEAST];
        private int length;

        private Writing(ShellProgram shell, FileScript script, TransferMemory.Claim claim) {
            this.shell = shell;
            this.script = script;
            this.claim = claim;
        }

        /** Takes some content; returns when the sandbox has it, or it waits for more. */
        public void write(byte[] bytes, int offset, int count) {
            int done = 0;
            while (done < count) {
                int part = Math.min(PIECE - length, count - done);
                if (length + part > waiting.length) {
                    waiting = Arrays.copyOf(waiting, length + part > PIECE / 4 ? PIECE : PIECE / 4);
                }
                System.arraycopy(bytes, offset + done, waiting, length, part);
                length += part;
                done += part;
                if (length == PIECE) {
                    send();
                }
            }
        }

        private void send() {
            tell(length);
            give(waiting, 0, length);
            length = 0;
            await("K");
        }

        /** There is no more; returns when the file is as it was to be. */
        public void finish() {
            if (length > 0) {
                send();
            }
            tell(0);
            await("W");
        }

        private void tell(int bytes) {
            byte[] line = (bytes + "\n").getBytes(StandardCharsets.US_ASCII);
            give(line, 0, line.length);
        }

        /** Why nobody takes it, is what is awaited next. */
        private void give(byte[] bytes, int offset, int count) {
            try {
                shell.write(bytes, offset, count);
            } catch (ExecException.Failed ended) {
                throw script.failure(FileScript.FAILED, shell.lastErrors() + "\n#0");
            }
        }

        private void await(String wanted) {
            String mark = shell.awaitMark(SandboxShell.PATIENCE);
            if (!mark.equals(wanted)) {
                throw script.failure(Integer.parseInt(mark.substring(1)), shell.lastErrors() + "\n#0");
            }
        }

        @Override
        public void close() {
            shell.close();
            claim.close();
        }
    }
}
