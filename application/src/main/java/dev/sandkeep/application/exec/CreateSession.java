package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.Session;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sessions: commands in them find the directory and the variables that the one before left. */
public final class CreateSession {

    private static final Logger log = LoggerFactory.getLogger(CreateSession.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final SandboxShell shells;

    public CreateSession(SandboxShell shells) {
        this.shells = shells;
    }

    /**
     * Makes a session with the environment of the entry process.
     *
     * @param directory where it begins, which is made if it is not there; null for where the entry process began
     * @return its id
     * @throws InvalidValue if the directory cannot be made
     * @throws SandboxException.Overloaded if there are as many as may be
     * @throws ExecException.Failed if the sandbox has no directory that can be written to
     */
    public String create(SandboxId sandbox, @Nullable String directory) {
        Session session = new Session(shells.newId(), directory);
        try (ShellProgram shell = shells.open(sandbox, null, token -> SessionScript.create(session, token))) {
            switch (shell.awaitMark(SandboxShell.PATIENCE).charAt(0)) {
                case 'P' -> log.info("Sandbox {}: session {} begins", sandbox, session.id());
                case 'C' ->
                    throw new InvalidValue(
                            "cwd", "must be a directory that is there or can be made, made of variables that are set");
                case 'F' ->
                    throw new SandboxException.Overloaded(
                            Session.MOST + " sessions are in this sandbox, as many as may be; delete some first",
                            RETRY);
                default ->
                    throw new ExecException.Failed("A session needs a directory that the user of the sandbox can write"
                            + " to; there is none among " + StateDirectory.PLACES);
            }
            return session.id();
        }
    }
}
