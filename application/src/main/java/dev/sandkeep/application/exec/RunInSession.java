package dev.sandkeep.application.exec;

import dev.sandkeep.application.exec.KnownCommands.Known;
import dev.sandkeep.domain.exec.Command;
import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.Session;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a command in a session to its end, while somebody listens. Runs of a session come one after the other. */
public final class RunInSession {

    private static final Logger log = LoggerFactory.getLogger(RunInSession.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final SandboxShell shells;
    private final KnownCommands known;
    private final SessionTurns turns;
    private final InstantSource clock;

    public RunInSession(SandboxShell shells, KnownCommands known, SessionTurns turns, InstantSource clock) {
        this.shells = shells;
        this.known = known;
        this.turns = turns;
        this.clock = clock;
    }

    /**
     * Runs a command; returns when it ended, and all that it wrote was told. Blocks, also until the runs before it ended.
     * While it runs, it is known under the id of the session.
     *
     * @param command its directory becomes that of the session; it has no environment and no user of its own
     * @throws InvalidValue if there is no such session, or its directory is not there
     * @throws SandboxException.Overloaded if as many runs wait as may, or one that another server follows does not end
     */
    public CommandEnd run(SandboxId sandbox, String session, Command command, CommandListener listener) {
        if (!Session.isId(session)) {
            throw unknown();
        }
        shells.audit().note(sandbox, "A command runs in session " + session, command.text());
        try (SessionTurns.Turn _ = turns.take(sandbox, session);
                ShellProgram shell = shells.open(sandbox, null, token -> SessionScript.run(session, command, token))) {
            String mark = shell.awaitMark(SandboxShell.PATIENCE);
            return switch (mark.charAt(0)) {
                case 'P' ->
                    follow(
                            sandbox,
                            known.begin(sandbox, session, CommandGroup.of(mark.substring(1), null), clock.instant()),
                            command,
                            shell,
                            listener);
                case 'N' -> throw unknown();
                case 'C' ->
                    throw new InvalidValue("cwd", "must be a directory of the sandbox, made of variables that are set");
                case 'B' ->
                    throw new SandboxException.Overloaded(
                            "Another run of this session goes on; wait for its end, or interrupt it", RETRY);
                default -> throw new ExecException.Failed("The files of session " + session + " cannot be written to");
            };
        }
    }

    private static InvalidValue unknown() {
        return new InvalidValue("session", "must be the id of a session of this sandbox");
    }

    private CommandEnd follow(
            SandboxId sandbox, Known running, Command command, ShellProgram shell, CommandListener listener) {
        String session = running.status().id();
        log.info("Sandbox {}: a command runs in session {}", sandbox, session);
        CommandEnd end = CommandFollower.UNSEEN;
        try {
            end = new CommandFollower(shells, clock, sandbox, command.limit(), shell, running, listener).toTheEnd();
            return end;
        } finally {
            known.forget(sandbox, running);
            log.info("Sandbox {}: the command in session {} ended: {}", sandbox, session, end.message());
        }
    }
}
