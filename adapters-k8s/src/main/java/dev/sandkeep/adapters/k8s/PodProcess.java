package dev.sandkeep.adapters.k8s;

import dev.sandkeep.adapters.runtime.ProgramOutput;
import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.dsl.ExecListener;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program that the kubelet runs for us. A thread for each output takes it from the connection. */
final class PodProcess implements SandboxExec.Terminal, ExecListener {

    private static final int PIECE = 32 * 1024;

    /** What the library gives for a status that has no exit code in it. */
    private static final int NO_CODE = -1;

    /** How long the status may take after the outputs broke: it comes by another thread, and says why. */
    private static final Duration STATUS_PATIENCE = Duration.ofSeconds(2);

    /** How it ended: with an exit code, or because something went wrong. */
    private record End(int exitCode, @Nullable RuntimeException failure) {}

    private final SandboxId sandbox;
    private final ProgramOutput output = new ProgramOutput();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private @Nullable ExecWatch connection;
    private List<Thread> readers = List.of();

    PodProcess(SandboxId sandbox) {
        this.sandbox = sandbox;
    }

    void follow(ExecWatch started) {
        connection = started;
        InputStream failures = started.getError();
        Thread errors = Thread.ofVirtual().name("pod-exec-errors-" + sandbox).start(() -> {
            // At a terminal there is one output only.
            if (failures != null) {
                pump(Channel.STDERR, failures);
            }
        });
        Thread reader = Thread.ofVirtual().name("pod-exec-" + sandbox).start(() -> {
            try {
                pump(Channel.STDOUT, started.getOutput());
                errors.join();
                tell(end.get());
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        readers = List.of(errors, reader);
    }

    private void tell(End how) throws InterruptedException {
        if (how.failure() == null) {
            output.end(how.exitCode());
        } else {
            output.fail(how.failure());
        }
    }

    private void pump(Channel channel, InputStream from) {
        byte[] piece = new byte[PIECE];
        try {
            for (int read = from.read(piece); read >= 0; read = from.read(piece)) {
                if (read > 0) {
                    output.add(channel, Arrays.copyOf(piece, read));
                }
            }
        } catch (IOException broken) {
            RuntimeException cut = KubernetesErrors.unavailable("go on with a command", broken);
            end.completeOnTimeout(new End(NO_CODE, cut), STATUS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onExit(int code, @Nullable Status status) {
        if (code != NO_CODE) {
            end.complete(new End(code, null));
        } else {
            end.complete(new End(NO_CODE, failure(status)));
        }
    }

    private RuntimeException failure(@Nullable Status status) {
        String message = status == null || status.getMessage() == null ? "" : Text.plain(status.getMessage());
        return message.contains("exec failed") || message.contains("failed to start exec")
                ? new ExecException.NotStarted("The sandbox has no such program. The cluster says: " + message)
                : new ExecException.NotRunning(sandbox, message, null);
    }

    @Override
    public void onFailure(Throwable failure, @Nullable Response response) {
        end.complete(new End(NO_CODE, KubernetesErrors.unavailable("go on with a command", failure)));
    }

    /** Tells only what nobody told before: a connection that ends without a status was cut. */
    @Override
    public void onClose(int code, String reason) {
        end.complete(new End(NO_CODE, KubernetesErrors.unavailable("go on with a command", null)));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            var input = Objects.requireNonNull(connection).getInput();
            input.write(bytes, offset, length);
            input.flush();
        } catch (IOException broken) {
            throw new ExecException.Failed("The program in the sandbox takes no more input");
        }
    }

    @Override
    public void resize(TerminalSize size) {
        Objects.requireNonNull(connection).resize(size.columns(), size.rows());
    }

    @Override
    public ProcessOutput read(Duration atMost) {
        return output.read(atMost);
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
        readers.forEach(Thread::interrupt);
    }
}
