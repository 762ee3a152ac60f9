package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.SandboxMetrics;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;

/** A shell in a sandbox that reads the numbers of its control group whenever it is asked to. For one thread. */
final class MetricsProbe implements AutoCloseable {

    private static final byte[] AGAIN = "\n".getBytes(StandardCharsets.US_ASCII);

    private final ShellProgram shell;
    private final InstantSource clock;
    private MetricsSample last;

    private MetricsProbe(ShellProgram shell, InstantSource clock) {
        this.shell = shell;
        this.clock = clock;
        this.last = read();
    }

    static MetricsProbe open(SandboxShell shells, SandboxId sandbox, InstantSource clock) {
        ShellProgram shell = shells.open(
                sandbox,
                null,
                // The output is kept open: containerd closes the input with it.
                token -> "exec 3>&2 2>/dev/null\n" + MetricsSample.FUNCTIONS + "measure\n"
                        + Marks.print(token, "%s", "\"$m\"") + "\nwhile read -r r; do measure; "
                        + Marks.print(token, "%s", "\"$m\"") + "; done");
        try {
            return new MetricsProbe(shell, clock);
        } catch (RuntimeException failed) {
            shell.close();
            throw failed;
        }
    }

    private MetricsSample read() {
        String line = shell.awaitMark(SandboxShell.PATIENCE);
        return MetricsSample.of(line, clock.instant());
    }

    /**
     * Waits, and tells what was used meanwhile.
     *
     * @throws ExecException.NotRunning if the sandbox ended
     */
    SandboxMetrics after(Duration period) {
        if (shell.next(period) instanceof ShellStep.Ended) {
            throw new ExecException.Failed("The shell in the sandbox ended before it was told to");
        }
        shell.write(AGAIN, 0, AGAIN.length);
        MetricsSample now = read();
        SandboxMetrics metrics = now.since(last);
        last = now;
        return metrics;
    }

    @Override
    public void close() {
        shell.close();
    }
}
