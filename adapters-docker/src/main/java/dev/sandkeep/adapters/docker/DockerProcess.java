package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.sandkeep.adapters.runtime.ProgramOutput;
import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * A program that the engine runs for us. A thread of its own takes the output from the connection.
 */
final class DockerProcess implements SandboxExec.Program {

    private static final int PIECE = 32 * 1024;
    private static final int HEADER = 7;
    private static final int STDERR = 2;
    private static final Duration POLL = Duration.ofMillis(5);
    private static final int CANNOT_EXECUTE = 126;
    private static final int NO_PROGRAM = 127;

    /** What Docker writes to the output of a program that it could not start; Podman's runtime says the rest of it. */
    private static final Pattern NOT_STARTED = Pattern.compile(
            "\\A(?:OCI runtime exec failed: |unable to find user |Error: |crun: |runc: ).*", Pattern.DOTALL);

    private static final Pattern NO_USER = Pattern.compile("unable to find user|no matching entries in passwd");

    private final DockerEngine engine;
    private final SandboxId sandbox;
    private final String exec;
    private final Duration endTimeout;
    private final ExecConnection connection;
    private final ProgramOutput output = new ProgramOutput();
    private final Thread reader;

    DockerProcess(DockerEngine engine, SandboxId sandbox, String exec, Duration endTimeout, ExecConnection connection) {
        this.engine = engine;
        this.sandbox = sandbox;
        this.exec = exec;
        this.endTimeout = endTimeout;
        this.connection = connection;
        this.reader = Thread.ofVirtual()
                .name("docker-exec-" + exec.substring(0, Math.min(8, exec.length())))
                .start(this::pump);
    }

    private void pump() {
        try {
            follow();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() throws InterruptedException {
        try {
            byte[] only = null;
            int pieces = 0;
            for (int channel = connection.read(); channel >= 0; channel = connection.read()) {
                ByteBuffer header = ByteBuffer.wrap(connection.read(HEADER));
                int length = header.getInt(3);
                while (length > 0) {
                    byte[] bytes = connection.read(Math.min(length, PIECE));
                    length -= bytes.length;
                    pieces++;
                    if (only == null && pieces == 1 && looksNotStarted(bytes)) {
                        // Told only when the exit code says what it is.
                        only = bytes;
                    } else {
                        if (only != null) {
                            output.add(Channel.STDOUT, only);
                            only = null;
                        }
                        output.add(channel == STDERR ? Channel.STDERR : Channel.STDOUT, bytes);
                    }
                }
            }
            int code = exitCode();
            if (only != null) {
                if (code == CANNOT_EXECUTE || code == NO_PROGRAM) {
                    throw notStarted(only);
                }
                output.add(Channel.STDOUT, only);
            }
            output.end(code);
        } catch (IOException broken) {
            output.fail(DockerErrors.unavailable("go on with a command", broken));
        } catch (RuntimeException failed) {
            output.fail(failed);
        }
    }

    private static boolean looksNotStarted(byte[] bytes) {
        return NOT_STARTED.matcher(new String(bytes, StandardCharsets.UTF_8)).matches();
    }

    static ExecException.NotStarted notStarted(byte[] message) {
        String text = Text.plain(new String(message, StandardCharsets.UTF_8));
        return new ExecException.NotStarted((NO_USER.matcher(text).find()
                        ? "The sandbox has no such user. The engine says: "
                        : "The sandbox has no such program. The engine says: ")
                + text);
    }

    /** The engine may know of the end of the output before it knows of that of the program. */
    private int exitCode() {
        long deadline = System.nanoTime() + endTimeout.toNanos();
        while (true) {
            InspectExecResponse state = inspect();
            if (!Boolean.TRUE.equals(state.isRunning()) && state.getExitCodeLong() != null) {
                return state.getExitCodeLong().intValue();
            }
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                throw DockerErrors.late("tell the exit code of a command", endTimeout);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private InspectExecResponse inspect() {
        try {
            return engine.call(
                    "inspect a command", client -> client.inspectExecCmd(exec).exec());
        } catch (DockerException refused) {
            if (DockerErrors.isNotFound(refused)) {
                throw new ExecException.NotRunning(sandbox, "it ended while the command ran", refused);
            }
            throw DockerErrors.unavailable("inspect a command", refused);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            connection.write(ByteBuffer.wrap(bytes, offset, length));
        } catch (IOException broken) {
            throw new ExecException.Failed("The program in the sandbox takes no more input");
        }
    }

    @Override
    public ProcessOutput read(Duration atMost) {
        return output.read(atMost);
    }

    @Override
    public void close() {
        connection.close();
        reader.interrupt();
    }
}
