package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.charset.StandardCharsets;

/** Reads what a background command wrote on both its outputs, from any place on. */
public final class ReadCommandLog {

    /** Where the log goes. */
    public interface Sink {

        /**
         * Told first.
         *
         * @param length how many bytes there will be
         * @param cursor where to read on later
         */
        void begin(long length, long cursor);

        void write(byte[] bytes, int offset, int length);
    }

    private static final int LONGEST_CHARACTER = 4;

    private final SandboxShell shells;

    public ReadCommandLog(SandboxShell shells) {
        this.shells = shells;
    }

    /**
     * Reads all that was written from a byte on until now, but no part of a character that is not yet written to its end.
     *
     * @param cursor a place that was told before, or 0
     * @throws ExecException.CommandNotFound if no background command has this id
     */
    public void read(SandboxId sandbox, String id, long cursor, Sink sink) {
        if (cursor < 0) {
            throw new InvalidValue("cursor", "must be a whole number that is not negative");
        }
        if (!BackgroundCommands.isId(id)) {
            throw new ExecException.CommandNotFound(id);
        }
        try (TransferMemory.Claim _ = shells.memory().transfer(sandbox);
                ShellProgram shell = shells.open(sandbox, null, token -> script(id, cursor, token))) {
            String mark = shell.awaitMark(SandboxShell.PATIENCE);
            if (!mark.startsWith("S")) {
                throw new ExecException.CommandNotFound(id);
            }
            String[] parts = mark.substring(1).strip().split(" ", 2);
            long size = Long.parseLong(parts[0]);
            boolean ended = parts.length > 1;
            long end = Math.max(cursor, ended ? size : size - openTail(shell, size));
            sink.begin(end - cursor, end);
            byte[] answer = (end - cursor + "\n").getBytes(StandardCharsets.US_ASCII);
            shell.write(answer, 0, answer.length);
            copy(shell, end - cursor, sink);
        }
    }

    private static String script(String id, long cursor, String token) {
        return CommandScript.find(id)
                + "[ -n \"$d\" ] || { " + Marks.print(token, "N", "") + "; exit; }\n"
                + "e=; [ -s \"$d/end\" ] && e=1\n"
                + "s=$(wc -c <\"$d/out\"); s=$((s))\n"
                + Marks.print(token, "S%s", "\"$s $e\"") + "\n"
                + "if [ -z \"$e\" ]; then i=$((s > " + LONGEST_CHARACTER + " ? s - " + (LONGEST_CHARACTER - 1)
                + " : 1)); tail -c +$i \"$d/out\" | head -c $((s - i + 1)); " + Marks.print(token, "T", "") + "; fi\n"
                + "read -r l\n[ \"$l\" -gt 0 ] && tail -c +" + (cursor + 1) + " \"$d/out\" | head -c \"$l\"";
    }

    /** How many bytes at the end are the beginning of a character. */
    private static int openTail(ShellProgram shell, long size) {
        byte[] tail = new byte[LONGEST_CHARACTER];
        int length = 0;
        while (true) {
            switch (shell.next(SandboxShell.PATIENCE)) {
                case ShellStep.Data data -> {
                    int part = Math.min(data.length(), tail.length - length);
                    System.arraycopy(data.bytes(), data.offset(), tail, length, part);
                    length += part;
                }
                case ShellStep.Mark _ -> {
                    return Utf8.openTail(tail, length);
                }
                case ShellStep.Silence _, ShellStep.Ended _ ->
                    throw new ExecException.Failed("The log of " + size + " bytes could not be read");
            }
        }
    }

    private static void copy(ShellProgram shell, long length, Sink sink) {
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
                    throw new ExecException.Failed("The log ended " + left + " bytes before its end");
            }
        }
    }
}
