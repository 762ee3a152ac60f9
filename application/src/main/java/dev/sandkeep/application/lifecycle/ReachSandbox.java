package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Finds where a port of a sandbox is reached. The record is read each time; the runtime, which is slower, at most once
 * in {@link #TRUSTED} for a port, and again after every change of the state, since an engine may give the address of a
 * sandbox that ended to another one. Thread-safe.
 */
public final class ReachSandbox {

    /** How long an address is taken for granted. */
    public static final Duration TRUSTED = Duration.ofSeconds(1);

    private static final int MANY = 4096;

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final InstantSource clock;
    private final ConcurrentMap<Target, Known> known = new ConcurrentHashMap<>();

    private record Target(SandboxId id, int port) {}

    /**
     * An address.
     *
     * @param since when the sandbox began to run
     */
    private record Known(InetSocketAddress address, Instant since, Instant until) {
        boolean holds(Sandbox sandbox, Instant now) {
            return since.equals(sandbox.state().since()) && now.isBefore(until);
        }
    }

    public ReachSandbox(SandboxRuntime runtime, SandboxRepository repository, InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.clock = clock;
    }

    /**
     * Where this port is reached; whether anything listens there is not looked at.
     *
     * @param port 1 to 65535
     * @throws SandboxException.NotFound if there is no such sandbox
     * @throws SandboxException.Ended if its end is reached or decided
     * @throws SandboxException.NotReachable if it does not run at the moment
     * @throws SandboxException.RuntimeUnavailable if the runtime is away
     */
    public InetSocketAddress reach(SandboxId id, int port) {
        Sandbox sandbox = repository
                .find(id)
                .filter(found -> !Deletion.isComplete(found))
                .orElseThrow(() -> new SandboxException.NotFound(id.value()));
        sandbox.requireReachable();
        Target target = new Target(id, port);
        Instant now = clock.instant();
        Known found = known.get(target);
        if (found != null && found.holds(sandbox, now)) {
            return found.address();
        }
        InetSocketAddress address =
                runtime.findAddress(id, port).orElseThrow(() -> new SandboxException.NotReachable(id, sandbox.state()));
        remember(target, new Known(address, sandbox.state().since(), now.plus(TRUSTED)), now);
        return address;
    }

    private void remember(Target target, Known found, Instant now) {
        if (known.size() >= MANY) {
            known.values().removeIf(old -> !now.isBefore(old.until()));
        }
        known.put(target, found);
    }
}
