package dev.sandkeep.application.terminal;

import dev.sandkeep.application.terminal.TerminalOutput.Reader;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody at a terminal. One thread may read, and another one write; closing is for any. What writes throws {@link
 * ExecException.Failed} for a client that only watches, and when the shell has ended.
 */
public final class TerminalClient implements AutoCloseable {

    /**
     * What somebody is told first.
     *
     * @param terminal whether the shell is at a terminal, rather than pipes
     * @param offset of the first byte of {@code replay}
     * @param replay what was written since then and is still known
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Begun(boolean terminal, long offset, byte[] replay, Reader reader) {}

    private final Terminal terminal;
    private final Attachment attachment;
    private final Instant claimedAt;
    private @Nullable Reader reader;
    private boolean takenOver;

    TerminalClient(Terminal terminal, Attachment attachment, Instant claimedAt) {
        this.terminal = terminal;
        this.attachment = attachment;
        this.claimedAt = claimedAt;
    }

    public SandboxId sandbox() {
        return terminal.sandbox();
    }

    public String terminalId() {
        return terminal.id();
    }

    /**
     * Begins, once. Blocks while the shell is started, if this is the first client.
     *
     * @throws dev.sandkeep.domain.problem.InvalidValue if the directory of the terminal cannot be gone to
     * @throws ExecException if no shell can be started
     */
    public Begun begin() {
        Begun begun = terminal.begin(this, attachment);
        synchronized (this) {
            reader = begun.reader();
            if (takenOver) {
                terminal.output().takeOver(begun.reader());
            }
        }
        return begun;
    }

    /** What comes next, after waiting for it as long as that. */
    public TerminalEvent next(Duration atMost) throws InterruptedException {
        return terminal.output().next(begun(), atMost);
    }

    private synchronized Reader begun() {
        if (reader == null) {
            throw new IllegalStateException("It has not begun");
        }
        return reader;
    }

    /** Types something. Waits while the shell takes nothing. */
    public void write(byte[] bytes, int offset, int length) {
        terminal.write(this, bytes, offset, length);
    }

    public void resize(TerminalSize size) {
        terminal.resize(this, size);
    }

    public void signal(TerminalSignal signal) {
        terminal.signal(this, signal);
    }

    synchronized boolean isAbandoned(Instant now, Duration patience) {
        return reader == null && now.isAfter(claimedAt.plus(patience));
    }

    synchronized void takenOver(TerminalOutput output) {
        takenOver = true;
        if (reader != null) {
            output.takeOver(reader);
        }
    }

    /** Leaves; the shell goes on. Idempotent. */
    @Override
    public void close() {
        terminal.leave(this);
        Reader left;
        synchronized (this) {
            left = reader;
        }
        if (left != null) {
            terminal.output().leave(left);
        }
    }
}
