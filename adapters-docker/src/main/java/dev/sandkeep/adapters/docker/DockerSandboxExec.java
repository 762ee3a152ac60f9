package dev.sandkeep.adapters.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Programs in the containers of a Docker engine, each along a connection of its own. Thread-safe. */
public final class DockerSandboxExec implements SandboxExec {

    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final int SERVER_ERROR = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

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
        byte[] program = program(command, user, terminal);
        Attempt attempt = attempt(id, program, terminal);
        if (attempt.refusal() != null) {
            throw refused(id, attempt.refusal());
        }
        ExecConnection connection = Objects.requireNonNull(attempt.connection());
        return new DockerProcess(engine, id, attempt.exec(), endTimeout, connection, terminal);
    }

    private static byte[] program(List<String> command, @Nullable ExecUser user, boolean terminal) {
        ObjectNode program = JSON.createObjectNode()
                .put("AttachStdin", true)
                .put("AttachStdout", true)
                .put("AttachStderr", true)
                .put("Tty", terminal);
        if (user != null) {
            program.put("User", user.toString());
        }
        command.forEach(program.putArray("Cmd")::add);
        return program.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A connection that is the program's, or why the engine did not start it. */
    private record Attempt(
            String exec, @Nullable ExecConnection connection, ExecConnection.@Nullable Refused refusal) {}

    /** Asks first and looks at the container only after a refusal: a look costs as much as a command need not. */
    private Attempt attempt(SandboxId id, byte[] program, boolean terminal) {
        String api = engine.facts().api().getVersion();
        try {
            return engine.call("start a command", _ -> attempt(api, id, program, terminal));
        } catch (DockerException refused) {
            if (DockerErrors.isConflict(refused) || DockerErrors.isNotFound(refused)) {
                throw new ExecException.NotRunning(id, why(id, refused), refused);
            }
            throw DockerErrors.unavailable("prepare a command", refused);
        }
    }

    private Attempt attempt(String api, SandboxId id, byte[] program, boolean terminal) {
        ExecConnection connection = null;
        Attempt attempt = null;
        try {
            connection = ExecConnection.open(engine.address(), api);
            attempt = attempt(connection, id, program, terminal);
            return attempt;
        } catch (IOException broken) {
            throw DockerErrors.unavailable("start a command", broken);
        } finally {
            if (connection != null && (attempt == null || attempt.connection() == null)) {
                connection.close();
            }
        }
    }

    private static Attempt attempt(ExecConnection connection, SandboxId id, byte[] program, boolean terminal)
            throws IOException {
        String exec = prepare(connection, id, program);
        try {
            connection.start(exec, terminal);
            return new Attempt(exec, connection, null);
        } catch (ExecConnection.Refused refused) {
            return new Attempt(exec, null, refused);
        }
    }

    private static String prepare(ExecConnection connection, SandboxId id, byte[] program) throws IOException {
        try {
            byte[] answer = connection.create(ContainerSpecs.nameOf(id), program);
            return JSON.readTree(answer).path("Id").asText();
        } catch (ExecConnection.Refused refused) {
            throw new DockerException(refused.getMessage(), refused.status(), refused);
        }
    }

    private String why(SandboxId id, DockerException refused) {
        Optional<InspectContainerResponse.ContainerState> state =
                containers.find(id).map(InspectContainerResponse::getState);
        if (state.isEmpty()) {
            return "it is not there";
        }
        if (Boolean.TRUE.equals(state.get().getPaused())) {
            return "it is paused";
        }
        return Boolean.TRUE.equals(state.get().getRunning())
                ? DockerErrors.text(refused)
                : "its entry process does not run";
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
