package dev.sandkeep.application.exec;

import dev.sandkeep.application.exec.KnownCommands.Known;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Ends a command with all that it started: all of its process group are asked to, and those that did not within three
 * seconds are killed.
 */
public final class InterruptCommand {

    private final KnownCommands known;
    private final BackgroundCommands background;
    private final SessionFiles sessions;
    private final SandboxShell shells;
    private final InstantSource clock;

    public InterruptCommand(SandboxShell shells, KnownCommands known, InstantSource clock) {
        this.known = known;
        this.background = new BackgroundCommands(shells);
        this.sessions = new SessionFiles(shells);
        this.shells = shells;
        this.clock = clock;
    }

    /**
     * Returns when they were asked. Idempotent, also for a command that has ended.
     *
     * @param id of a command, or of a session, whose run is meant
     * @throws InvalidValue if there is no command of this id
     */
    public void interrupt(SandboxId sandbox, String id) {
        Optional<Known> running = known.find(sandbox, id);
        if (running.isPresent()) {
            interrupt(sandbox, running.get());
            return;
        }
        try {
            background.interrupt(sandbox, id);
        } catch (ExecException.CommandNotFound noCommand) {
            interruptSession(sandbox, id);
        }
    }

    /** A run that another server follows. */
    private void interruptSession(SandboxId sandbox, String id) {
        try {
            sessions.interrupt(sandbox, id);
        } catch (ExecException.SessionNotFound unknown) {
            throw new InvalidValue("id", "must be that of a command, a session or a code context of this sandbox");
        }
    }

    private void interrupt(SandboxId sandbox, Known running) {
        if (!running.hasEnded() && running.group().equals(KnownCommands.NO_GROUP)) {
            throw new InvalidValue(
                    "id",
                    "must be that of a command in a shell: nothing else can be interrupted, and this"
                            + " image has none");
        }
        running.interrupt(
                clock.instant(), () -> running.group().terminate(shells, sandbox) == CommandGroup.Outcome.SENT);
    }
}
