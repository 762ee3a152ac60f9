package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.exec.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program of this machine. */
final class LocalProcess implements SandboxExec.Terminal {

    private static final int AHEAD = 8;
    private static final int PIECE = 32 * 1024;

    private final SandboxRuntime runtime;
    private final java.lang.Process process;
    private final OutputStream input;
    private final BlockingQueue<ProcessOutput> items = new ArrayBlockingQueue<>(AHEAD);
    private final Thread stdout;
    private final Thread stderr;
    private final Thread end;
    private volatile boolean closed;
    private @Nullable ProcessOutput last;

    LocalProcess(SandboxRuntime runtime, java.lang.Process process) {
        this.runtime = runtime;
        this.process = process;
        this.input = process.getOutputStream();
        // A read of a pipe keeps the thread below a virtual one, of which there are few for all tests.
        Thread.Builder pumps = Thread.ofPlatform().daemon().name("local-process-" + process.pid());
        this.stdout = pumps.start(() -> pump(Channel.STDOUT, process.getInputStream()));
        this.stderr = pumps.start(() -> pump(Channel.STDERR, process.getErrorStream()));
        this.end = Thread.ofVirtual().start(this::end);
    }

    private void pump(Channel channel, InputStream from) {
        byte[] buffer = new byte[PIECE];
        try {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                items.put(new ProcessOutput.Written(channel, Arrays.copyOf(buffer, read)));
            }
        } catch (IOException gone) {
            assert closed : "Only closing ends the output before its end: " + gone;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        try {
            stdout.join();
            stderr.join();
            items.put(new ProcessOutput.Ended(process.waitFor()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            input.write(bytes, offset, length);
            input.flush();
        } catch (IOException broken) {
            throw new ExecException.Failed("The program in the sandbox takes no more input");
        }
    }

    /** From outside, as an engine does it: the program's own input is what its terminal is called. */
    @Override
    public void resize(TerminalSize size) {
        process.descendants().findFirst().ifPresent(program -> {
            try {
                String terminal =
                        Path.of("/proc/" + program.pid() + "/fd/0").toRealPath().toString();
                int code = new ProcessBuilder(
                                "stty",
                                "-F",
                                terminal,
                                "rows",
                                String.valueOf(size.rows()),
                                "cols",
                                String.valueOf(size.columns()))
                        .redirectErrorStream(true)
                        .start()
                        .waitFor();
                if (code != 0 && program.isAlive()) {
                    throw new IllegalStateException("stty failed with " + code);
                }
            } catch (IOException failed) {
                if (program.isAlive()) {
                    throw new UncheckedIOException(failed);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public ProcessOutput read(Duration atMost) {
        if (last != null) {
            return last;
        }
        // As an engine that is away would do it.
        runtime.capabilities();
        try {
            ProcessOutput next = items.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
            if (next instanceof ProcessOutput.Ended) {
                last = next;
            }
            return next == null ? new ProcessOutput.Silence() : next;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while reading", stopped);
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        stdout.interrupt();
        stderr.interrupt();
        end.interrupt();
        closeQuietly();
    }

    private void closeQuietly() {
        try {
            input.close();
        } catch (IOException gone) {
            assert !process.isAlive() || closed;
        }
    }
}
