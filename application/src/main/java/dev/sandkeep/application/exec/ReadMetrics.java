package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.SandboxMetrics;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.InstantSource;

/** Reads what a sandbox may use, and uses. */
public final class ReadMetrics {

    /** Long enough to tell an idle sandbox from a busy one. */
    private static final Duration SPAN = Duration.ofMillis(100);

    private final SandboxShell shells;
    private final InstantSource clock;

    public ReadMetrics(SandboxShell shells, InstantSource clock) {
        this.shells = shells;
        this.clock = clock;
    }

    /**
     * Looks twice, a tenth of a second apart. Blocks for that long.
     *
     * @throws ExecException.Failed if the sandbox does not show its control group
     */
    public SandboxMetrics read(SandboxId sandbox) {
        try (MetricsProbe probe = MetricsProbe.open(shells, sandbox, clock)) {
            return probe.after(SPAN);
        }
    }
}
