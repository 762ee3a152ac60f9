package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.sandkeep.adapters.runtime.ProgramOutput;
import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program that the engine runs for us. A thread of its own takes the output from the connection.
 */
final class DockerProcess implements SandboxExec.Terminal {

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
    private final boolean terminal;
    private final ProgramOutput output = new ProgramOutput();
    private final Thread reader;

    /** Of the frame that is being read; used by the reader only. */
    private Channel channel = Channel.STDOUT;

    private int left;

    DockerProcess(
            DockerEngine engine,
            SandboxId sandbox,
            String exec,
            Duration endTimeout,
            ExecConnection connection,
            boolean terminal) {
        this.engine = engine;
        this.sandbox = sandbox;
        this.exec = exec;
        this.endTimeout = endTimeout;
        this.connection = connection;
        this.terminal = terminal;
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
            ProcessOutput.Written first = next();
            // Told only when the exit code says what it is.
            ProcessOutput.Written doubtful = null;
            if (first != null && looksNotStarted(first.bytes())) {
                doubtful = first;
            } else if (first != null) {
                output.add(first.channel(), first.bytes());
            }
            for (ProcessOutput.Written piece = next(); piece != null; piece = next()) {
                if (doubtful != null) {
                    output.add(doubtful.channel(), doubtful.bytes());
                    doubtful = null;
                }
                output.add(piece.channel(), piece.bytes());
            }
            if (doubtful == null) {
                output.awaitDemand();
            }
            int code = exitCode();
            if (doubtful != null) {
                if (code == CANNOT_EXECUTE || code == NO_PROGRAM) {
                    throw notStarted(doubtful.bytes());
                }
                output.add(doubtful.channel(), doubtful.bytes());
            }
            output.end(code);
        } catch (IOException broken) {
            output.fail(DockerErrors.unavailable("go on with a command", broken));
        } catch (RuntimeException failed) {
            output.fail(failed);
        }
    }

    /** The next piece of the output, null at its end. A terminal has no frames. */
    private ProcessOutput.@Nullable Written next() throws IOException {
        if (terminal) {
            byte[] some = connection.readSome(PIECE);
            return some.length == 0 ? null : new ProcessOutput.Written(Channel.STDOUT, some);
        }
        while (left == 0) {
            int stream = connection.read();
            if (stream < 0) {
                return null;
            }
            channel = stream == STDERR ? Channel.STDERR : Channel.STDOUT;
            left = ByteBuffer.wrap(connection.read(HEADER)).getInt(3);
        }
        byte[] bytes = connection.read(Math.min(left, PIECE));
        left -= bytes.length;
        return new ProcessOutput.Written(channel, bytes);
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
    public void resize(TerminalSize size) {
        try {
            engine.call(
                    "change the size of a terminal",
                    client -> client.resizeExecCmd(exec)
                            .withSize(size.rows(), size.columns())
                            .exec());
        } catch (DockerException refused) {
            if (Boolean.TRUE.equals(inspect().isRunning())) {
                throw new ExecException.Failed(
                        "The size of the terminal cannot be changed: " + DockerErrors.text(refused));
            }
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
