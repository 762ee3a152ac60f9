package dev.sandkeep.adapters.k8s;

import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.dsl.ExecListener;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that the kubelet runs for us. A thread for each output takes it from the connection, as far ahead of whoever
 * reads as {@link #AHEAD} pieces; then it waits, and so does the program.
 */
final class PodProcess implements SandboxExec.Program, ExecListener {

    private static final int AHEAD = 8;
    private static final int PIECE = 32 * 1024;

    /** What the library gives for a status that has no exit code in it. */
    private static final int NO_CODE = -1;

    /** What the reading threads hand over: output, an end, or what went wrong. */
    private record Item(
            @Nullable ProcessOutput output, @Nullable RuntimeException failure) {}

    private final SandboxId sandbox;
    private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(AHEAD);
    private final CompletableFuture<Item> end = new CompletableFuture<>();
    private @Nullable ExecWatch connection;
    private @Nullable Thread reader;
    private @Nullable Item last;

    PodProcess(SandboxId sandbox) {
        this.sandbox = sandbox;
    }

    void follow(ExecWatch started) {
        connection = started;
        reader = Thread.ofVirtual().name("pod-exec-" + sandbox).start(() -> {
            try {
                Thread errors = Thread.ofVirtual().start(() -> pump(Channel.STDERR, started.getError()));
                pump(Channel.STDOUT, started.getOutput());
                errors.join();
                items.put(end.get());
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
    }

    private void pump(Channel channel, InputStream from) {
        byte[] piece = new byte[PIECE];
        try {
            for (int read = from.read(piece); read >= 0; read = from.read(piece)) {
                if (read > 0) {
                    items.put(new Item(new ProcessOutput.Written(channel, Arrays.copyOf(piece, read)), null));
                }
            }
        } catch (IOException broken) {
            end.complete(new Item(null, KubernetesErrors.unavailable("go on with a command", broken)));
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onExit(int code, @Nullable Status status) {
        if (code != NO_CODE) {
            end.complete(new Item(new ProcessOutput.Ended(code), null));
        } else {
            end.complete(new Item(null, failure(status)));
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
        end.complete(new Item(null, KubernetesErrors.unavailable("go on with a command", failure)));
    }

    /** Tells only what nobody told before: a connection that ends without a status was cut. */
    @Override
    public void onClose(int code, String reason) {
        end.complete(new Item(null, KubernetesErrors.unavailable("go on with a command", null)));
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
    public ProcessOutput read(Duration atMost) {
        Item item = last;
        if (item == null) {
            try {
                item = items.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw KubernetesErrors.unavailable("go on with a command", stopped);
            }
        }
        if (item == null) {
            return new ProcessOutput.Silence();
        }
        if (item.failure() != null) {
            last = item;
            throw item.failure();
        }
        if (item.output() instanceof ProcessOutput.Ended) {
            last = item;
        }
        return Objects.requireNonNull(item.output());
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
        if (reader != null) {
            reader.interrupt();
        }
    }
}
