package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.replica.Exclusion;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Pausing;
import dev.sandkeep.domain.sandbox.SandboxState.Resuming;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out pauses and resumes that were decided. A sandbox is frozen only while its record says Pausing and thawed
 * only while it says Resuming, so that nobody who was late undoes what was decided since: a lock for each sandbox, of
 * which a few share one, is held from the look at the record to the end of the effect, and other servers are kept out
 * meanwhile. Thread-safe; one per runtime.
 */
public final class Freezer {

    private static final Logger log = LoggerFactory.getLogger(Freezer.class);
    private static final int LOCKS = 256;

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final Exclusion exclusion;
    private final InstantSource clock;
    private final ReentrantLock[] locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);

    /** For a server that has its records for itself. */
    public Freezer(SandboxRuntime runtime, SandboxRepository repository, InstantSource clock) {
        this(runtime, repository, Exclusion.ofOnlyServer(), clock);
    }

    public Freezer(SandboxRuntime runtime, SandboxRepository repository, Exclusion exclusion, InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.exclusion = exclusion;
        this.clock = clock;
    }

    /**
     * Does what is left to do, and notes that it is done. May be repeated. A sandbox that ended meanwhile is left to the
     * reconciliation.
     *
     * @throws SandboxException.RuntimeUnavailable if the runtime is away, or another server is at it for too long; then
     *     it is still to be done
     */
    public void carryOut(SandboxId id) {
        ReentrantLock lock = locks[Math.floorMod(id.hashCode(), LOCKS)];
        lock.lock();
        try {
            exclusion.during(id, () -> repository.find(id).ifPresent(this::carryOut));
        } catch (SandboxException.NotFound ended) {
            log.info("Sandbox {} ended before it could be paused or resumed", id);
        } finally {
            lock.unlock();
        }
    }

    private void carryOut(Sandbox sandbox) {
        SandboxId id = sandbox.id();
        switch (sandbox.state()) {
            case Pausing _ -> {
                runtime.pause(id);
                repository.update(id, pausing -> pausing.paused(clock.instant()));
            }
            case Resuming _ -> {
                runtime.resume(id);
                repository.update(id, resuming -> resuming.resumed(clock.instant()));
            }
            default -> log.debug("Nothing is left to do for sandbox {}", id);
        }
    }
}
