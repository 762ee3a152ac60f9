package dev.sandkeep.application.port;

import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs in sandboxes that run: the one thing that every runtime can do without anything of ours inside. What
 * the public API has beyond that, such as directories, environments, files and commands that go on by themselves, is
 * made of shell programs that are run along this.
 *
 * <p>Every method blocks and throws {@link dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable} if the
 * engine cannot be reached or does not answer in time. The port is thread-safe; a process may be read, written and
 * closed by three threads at a time.
 */
public interface SandboxExec {

    /** Whether {@link #start} can run a program as another user than the sandbox's entry process. */
    boolean choosesUser();

    /**
     * Starts a program, as the leader of a new process group, with the environment and the working directory of the
     * sandbox's entry process.
     *
     * @param command the program and its arguments, at least one; no shell reads them
     * @param user null for the user of the entry process
     * @throws dev.sandkeep.domain.exec.ExecException.NotRunning if the sandbox is unknown, paused or ended
     * @throws dev.sandkeep.domain.exec.ExecException.NotStarted if there is no such program or user; {@link
     *     Program#read} may be what finds that out
     * @throws dev.sandkeep.domain.sandbox.SandboxException.Unsupported if a user is given and {@link #choosesUser} is false
     */
    Program start(SandboxId id, List<String> command, @Nullable ExecUser user);

    /**
     * Starts a program at a terminal of its own, as the leader of a new session, and as the user of the entry process.
     * What it writes as errors comes on the terminal, too. Control characters of the input mean what the terminal makes
     * of them. The program may begin before the terminal has its size, and is told by {@code SIGWINCH} then.
     *
     * @param command the program and its arguments, at least one; no shell reads them
     * @throws dev.sandkeep.domain.exec.ExecException.NotRunning if the sandbox is unknown, paused or ended
     * @throws dev.sandkeep.domain.exec.ExecException.NotStarted if there is no such program; {@link Program#read} may be
     *     what finds that out
     */
    Terminal startTerminal(SandboxId id, List<String> command, TerminalSize size);

    /** A program at a terminal of its own. */
    interface Terminal extends Program {

        /** Changes the size, and tells the programs at the terminal. Nothing if the program ended. */
        void resize(TerminalSize size);
    }

    /** A program that was started. */
    interface Program extends AutoCloseable {

        /**
         * Gives bytes to the program's standard input; returns when they are on their way, and waits while the program
         * does not take them. There is no end of input but {@link #close}, since not every runtime can tell one: a
         * program must know how much to read.
         *
         * @throws dev.sandkeep.domain.exec.ExecException.Failed if the program takes no more
         */
        void write(byte[] bytes, int offset, int length);

        /**
         * What happens next. Whatever is not read makes the program wait, and costs this server a bounded amount of
         * memory. Of each output the order is kept, not of the two together. After the end, the end is told again. While
         * a child of the program that left its group still has the outputs open, the end may be late or not come.
         *
         * @param atMost how long to wait
         * @throws dev.sandkeep.domain.exec.ExecException.NotStarted if the program could not be started
         * @throws dev.sandkeep.domain.exec.ExecException.NotRunning if the sandbox went away
         */
        ProcessOutput read(Duration atMost);

        /** Lets go of the program, which goes on, but has nobody who reads it. Idempotent. */
        @Override
        void close();
    }
}
