package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.SandboxMetrics;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Tells again and again what a sandbox may use, and uses. */
public final class WatchMetrics {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final SandboxShell shells;
    private final InstantSource clock;

    public WatchMetrics(SandboxShell shells, InstantSource clock) {
        this.shells = shells;
        this.clock = clock;
    }

    /**
     * Tells at once, and then every second. Blocks until the sandbox ends or the listener throws.
     *
     * @throws ExecException if the sandbox ends, or does not show its control group
     */
    public void watch(SandboxId sandbox, Consumer<SandboxMetrics> listener) {
        try (MetricsProbe probe = MetricsProbe.open(shells, sandbox, clock)) {
            listener.accept(probe.after(FIRST));
            while (true) {
                listener.accept(probe.after(PERIOD));
            }
        }
    }
}
