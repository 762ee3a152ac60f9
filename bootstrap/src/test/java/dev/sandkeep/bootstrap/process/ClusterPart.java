package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of the cluster that tests can stop and start, by the commands that two environment variables hold. Tests that
 * need one are skipped, and say so, where they do not.
 */
final class ClusterPart implements AutoCloseable {

    private final String stop;
    private final String start;
    private boolean stopped;

    private ClusterPart(String stop, String start) {
        this.stop = stop;
        this.start = start;
    }

    /** @param name in the names of the variables, {@code APISERVER} for example */
    static ClusterPart assumed(String name) {
        return new ClusterPart(variable(name + "_STOP"), variable(name + "_START"));
    }

    private static String variable(String name) {
        String command = System.getenv("SANDKEEP_TEST_" + name);
        Assumptions.assumeTrue(
                command != null, "the environment variable SANDKEEP_TEST_" + name + " holds no command that does it");
        return command;
    }

    void stop() {
        stopped = true;
        run(stop);
    }

    void start() {
        run(start);
        stopped = false;
    }

    /** Whatever the command starts may go on; its output is not waited for. */
    private static void run(String command) {
        try {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command).isTrue();
            assertThat(process.exitValue()).as(command).isZero();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + command, interrupted);
        }
    }

    /** Starts it, if a test that failed left it stopped. */
    @Override
    public void close() {
        if (stopped) {
            start();
        }
    }
}
