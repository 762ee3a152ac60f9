package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.ShellProgram;
import dev.sandkeep.application.exec.ShellStep;
import dev.sandkeep.application.exec.TransferMemory;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Reads files, of any length in a bounded amount of memory. */
public final class ReadFile {

    /** Takes a part of a file; the bytes may not be kept. */
    @FunctionalInterface
    public interface Sink {
        void write(byte[] bytes, int offset, int length);
    }

    private final SandboxShell shells;

    public ReadFile(SandboxShell shells) {
        this.shells = shells;
    }

    /**
     * Opens a file; links are followed.
     *
     * @throws ExecException.FileNotFound if there is none
     * @throws InvalidValue if it is a directory
     * @throws ExecException.Failed if it may not be read
     * @throws dev.sandkeep.domain.sandbox.SandboxException.Overloaded if the server moves as many files as it can
     */
    public Reading open(SandboxId sandbox, String path) {
        TransferMemory.Claim claim = shells.memory().transfer(sandbox);
        try {
            return open(sandbox, path, claim);
        } catch (RuntimeException failed) {
            claim.close();
            throw failed;
        }
    }

    /** What this and others share. */
    TransferMemory memory() {
        return shells.memory();
    }

    private Reading open(SandboxId sandbox, String path, TransferMemory.Claim claim) {
        FileScript script = new FileScript("path");
        ShellProgram shell = shells.open(sandbox, null, token -> script(script, path, token));
        try {
            String mark = shell.awaitMark(SandboxShell.PATIENCE);
            if (mark.startsWith("N")) {
                throw script.failure(Integer.parseInt(mark.substring(1)), shell.lastErrors() + "\n#0");
            }
            String[] facts = mark.substring(1).split(" ", 2);
            return new Reading(
                    shell, claim, Long.parseLong(facts[0]), Instant.ofEpochSecond(Long.parseLong(facts[1].strip())));
        } catch (RuntimeException failed) {
            shell.close();
            throw failed;
        }
    }

    private static String script(FileScript script, String path, String token) {
        String mark = "printf '\\036" + token + "%s\\n' ";
        return script.then("no() { " + mark + "\"N$1\"; exit; }")
                .at(path)
                .then("[ -e \"$p\" ] || no " + FileScript.NOT_FOUND)
                .then("[ ! -d \"$p\" ] || { echo must not be that of a directory >&2; no " + FileScript.WRONG_KIND
                        + "; }")
                .orFail("{ : <\"$p\"; }")
                .orFail("s=$(stat -L -c '%s %Y' \"$p\")")
                .then(mark + "\"S$s\"")
                .then("read -r f l")
                .then(
                        "if [ \"$f\" -eq 0 ]; then head -c \"$l\" \"$p\"; else tail -c +$((f + 1)) \"$p\" | head -c \"$l\"; fi")
                .text();
    }

    /** A file that is open. For one thread. */
    public static final class Reading implements AutoCloseable {

        private final ShellProgram shell;
        private final TransferMemory.Claim claim;
        private final long size;
        private final Instant modifiedAt;

        private Reading(ShellProgram shell, TransferMemory.Claim claim, long size, Instant modifiedAt) {
            this.shell = shell;
            this.claim = claim;
            this.size = size;
            this.modifiedAt = modifiedAt;
        }

        /** In bytes. */
        public long size() {
            return size;
        }

        public Instant modifiedAt() {
            return modifiedAt;
        }

        /**
         * Reads a part, once.
         *
         * @throws ExecException.Failed if the file became shorter meanwhile
         */
        public void copy(long from, long length, Sink sink) {
            byte[] wanted = (from + " " + length + "\n").getBytes(StandardCharsets.US_ASCII);
            shell.write(wanted, 0, wanted.length);
            long left = length;
            while (left > 0) {
                switch (shell.next(SandboxShell.PATIENCE)) {
                    case ShellStep.Data data
                    when data.channel() == Channel.STDOUT -> {
                        int part = (int) Math.min(left, data.length());
                        sink.write(data.bytes(), data.offset(), part);
                        left -= part;
                    }
                    case ShellStep.Data _, ShellStep.Mark _ -> {}
                    case ShellStep.Silence _, ShellStep.Ended _ ->
                        throw new ExecException.Failed("The file ended " + left + " bytes before its end");
                }
            }
        }

        @Override
        public void close() {
            shell.close();
            claim.close();
        }
    }
}
