package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a program is told to have ended, in whatever order the parts of its connection end. */
class PodProcessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Status NO_PROGRAM = new StatusBuilder()
            .withMessage("error executing command in container: failed to start exec: no such file")
            .build();

    private final PodProcess process = new PodProcess(anId());
    private final BrokenOutput output = new BrokenOutput();

    @AfterEach
    void end() {
        process.close();
    }

    /** Breaks as soon as it is read. */
    private static final class BrokenOutput extends InputStream {
        final CountDownLatch broken = new CountDownLatch(1);

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            broken.countDown();
            throw new IOException("Broken on purpose");
        }

        @Override
        public int read() throws IOException {
            return read(new byte[1], 0, 1);
        }
    }

    private record Connection(InputStream output) implements ExecWatch {

        @Override
        public OutputStream getInput() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InputStream getOutput() {
            return output;
        }

        @Override
        public @Nullable InputStream getError() {
            return null;
        }

        @Override
        public @Nullable InputStream getErrorChannel() {
            return null;
        }

        @Override
        public void close() {}

        @Override
        public void resize(int columns, int rows) {}

        @Override
        public CompletableFuture<Integer> exitCode() {
            return new CompletableFuture<>();
        }
    }

    /** Returns when the output is known to have broken; nothing is concluded from that yet. */
    private void awaitBroken() throws InterruptedException {
        output.broken.await();
        assertThat(process.read(Duration.ofMillis(100))).isEqualTo(new ProcessOutput.Silence());
    }

    @Test
    void aStatusThatComesAfterTheOutputBrokeSaysWhy() throws InterruptedException {
        process.follow(new Connection(output));
        awaitBroken();

        process.onExit(-1, NO_PROGRAM);

        assertThatThrownBy(() -> process.read(PATIENCE)).isInstanceOf(ExecException.NotStarted.class);
    }

    @Test
    void anExitCodeThatComesAfterTheOutputBrokeIsTold() throws InterruptedException {
        process.follow(new Connection(output));
        awaitBroken();

        process.onExit(7, null);

        assertThat(process.read(PATIENCE)).isEqualTo(new ProcessOutput.Ended(7));
    }

    @Test
    void outputThatBreaksWithoutAStatusIsAConnectionThatWasCut() {
        process.follow(new Connection(output));

        assertThatThrownBy(() -> process.read(PATIENCE)).isInstanceOf(RuntimeUnavailable.class);
    }
}
