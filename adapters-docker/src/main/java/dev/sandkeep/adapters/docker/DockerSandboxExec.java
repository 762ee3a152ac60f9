package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.ExecCreateCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Programs in the containers of a Docker engine, each along a connection of its own. Thread-safe. */
public final class DockerSandboxExec implements SandboxExec {

    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final int SERVER_ERROR = 500;

    private final DockerEngine engine;
    private final Containers containers;
    private final Duration endTimeout;

    DockerSandboxExec(DockerEngine engine, Containers containers, DockerConfig config) {
        this.engine = engine;
        this.containers = containers;
        this.endTimeout = config.callTimeout();
    }

    @Override
    public boolean choosesUser() {
        return true;
    }

    @Override
    public Program start(SandboxId id, List<String> command, @Nullable ExecUser user) {
        return start(id, command, user, false);
    }

    @Override
    public Terminal startTerminal(SandboxId id, List<String> command, TerminalSize size) {
        DockerProcess process = start(id, command, null, true);
        try {
            // With the start, only newer engines are told it.
            process.resize(size);
            return process;
        } catch (RuntimeException failed) {
            process.close();
            throw failed;
        }
    }

    private DockerProcess start(SandboxId id, List<String> command, @Nullable ExecUser user, boolean terminal) {
        InspectContainerResponse container =
                containers.find(id).orElseThrow(() -> new ExecException.NotRunning(id, "it is not there", null));
        requireRunning(id, container);
        String exec = create(id, container.getId(), command, user, terminal);
        String api = engine.facts().api().getVersion();
        Attempt attempt = engine.call("start a command", _ -> attempt(api, exec, terminal));
        if (attempt.refusal() != null) {
            throw refused(id, attempt.refusal());
        }
        return new DockerProcess(engine, id, exec, endTimeout, Objects.requireNonNull(attempt.connection()), terminal);
    }

    /** One of the two: a call of the engine throws nothing else but what means that it is away. */
    private record Attempt(@Nullable ExecConnection connection, ExecConnection.@Nullable Refused refusal) {}

    private Attempt attempt(String api, String exec, boolean terminal) {
        try {
            return new Attempt(ExecConnection.start(engine.address(), api, exec, terminal), null);
        } catch (ExecConnection.Refused refused) {
            return new Attempt(null, refused);
        } catch (IOException broken) {
            throw DockerErrors.unavailable("start a command", broken);
        }
    }

    private static void requireRunning(SandboxId id, InspectContainerResponse container) {
        InspectContainerResponse.ContainerState state = container.getState();
        if (Boolean.TRUE.equals(state.getPaused())) {
            throw new ExecException.NotRunning(id, "it is paused", null);
        }
        if (!Boolean.TRUE.equals(state.getRunning())) {
            throw new ExecException.NotRunning(id, "its entry process does not run", null);
        }
    }

    private String create(
            SandboxId id, String container, List<String> command, @Nullable ExecUser user, boolean terminal) {
        try {
            return engine.call("prepare a command", client -> {
                ExecCreateCmd create = client.execCreateCmd(container)
                        .withCmd(command.toArray(String[]::new))
                        .withTty(terminal)
                        .withAttachStdin(true)
                        .withAttachStdout(true)
                        .withAttachStderr(true);
                if (user != null) {
                    create.withUser(user.toString());
                }
                return create.exec().getId();
            });
        } catch (DockerException refused) {
            if (DockerErrors.isConflict(refused) || DockerErrors.isNotFound(refused)) {
                throw new ExecException.NotRunning(id, DockerErrors.text(refused), refused);
            }
            throw DockerErrors.unavailable("prepare a command", refused);
        }
    }

    private static RuntimeException refused(SandboxId id, ExecConnection.Refused refused) {
        return switch (refused.status()) {
            case CONFLICT, NOT_FOUND ->
                new ExecException.NotRunning(id, Text.plain(String.valueOf(refused.getMessage())), refused);
            default ->
                refused.status() < SERVER_ERROR
                        ? DockerProcess.notStarted(
                                String.valueOf(refused.getMessage()).getBytes(StandardCharsets.UTF_8))
                        : DockerErrors.unavailable("start a command", refused);
        };
    }
}
