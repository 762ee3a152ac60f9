package dev.sandkeep.domain.exec;

import dev.sandkeep.domain.sandbox.SandboxId;
import org.jspecify.annotations.Nullable;

/** What can go wrong with work in a sandbox, one case each. All of them are ordinary answers to somebody's request. */
public abstract sealed class ExecException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private ExecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Nothing can be run in the sandbox now: it is paused, ended or gone. */
    public static final class NotRunning extends ExecException {
        private static final long serialVersionUID = 1L;

        public NotRunning(SandboxId id, String why, @Nullable Throwable cause) {
            super("Nothing can be run in sandbox " + id + " now: " + why, cause);
        }
    }

    /** The sandbox has no such program, or no user to run it as. */
    public static final class NotStarted extends ExecException {
        private static final long serialVersionUID = 1L;

        public NotStarted(String message) {
            super(message, null);
        }
    }

    /** No command of this id is known. */
    public static final class CommandNotFound extends ExecException {
        private static final long serialVersionUID = 1L;

        public CommandNotFound(String id) {
            super("There is no command " + id + " in this sandbox", null);
        }
    }

    /** No code context of this id is known: it was deleted, or ended with the server that had it. */
    public static final class ContextNotFound extends ExecException {
        private static final long serialVersionUID = 1L;

        public ContextNotFound(String id) {
            super("There is no code context " + id + " in this sandbox", null);
        }
    }

    /** No session of this id is known. */
    public static final class SessionNotFound extends ExecException {
        private static final long serialVersionUID = 1L;

        public SessionNotFound(String id) {
            super("There is no session " + id + " in this sandbox", null);
        }
    }

    /** No terminal of this id is known. */
    public static final class TerminalNotFound extends ExecException {
        private static final long serialVersionUID = 1L;

        public TerminalNotFound(String id) {
            super("There is no terminal " + id + " in this sandbox", null);
        }
    }

    /** Somebody else works at the terminal. */
    public static final class TerminalTaken extends ExecException {
        private static final long serialVersionUID = 1L;

        public TerminalTaken(String message) {
            super(message, null);
        }
    }

    /** There is no such file or directory in the sandbox. */
    public static final class FileNotFound extends ExecException {
        private static final long serialVersionUID = 1L;

        public FileNotFound(String path) {
            super(path + ": there is no such file or directory", null);
        }
    }

    /** The part of the file that was asked for is not there. */
    public static final class NoSuchRange extends ExecException {
        private static final long serialVersionUID = 1L;
        private final long size;

        /** @param size of the whole file, in bytes */
        public NoSuchRange(String message, long size) {
            super(message, null);
            this.size = size;
        }

        public long size() {
            return size;
        }
    }

    /** It was tried, and the sandbox refused; the message has its words. */
    public static final class Failed extends ExecException {
        private static final long serialVersionUID = 1L;

        public Failed(String message) {
            super(message, null);
        }
    }
}
