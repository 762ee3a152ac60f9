package dev.sandkeep.application.reconcile;

import dev.sandkeep.application.lifecycle.Freezer;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes records and runtime agree, and finishes what a crash or an outage left half done. All methods may be repeated and
 * may overlap with users' requests; every one lets {@link SandboxException.RuntimeUnavailable} through, having concluded
 * nothing. Thread-safe.
 */
public final class ReconcileSandboxes {

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final ProvisioningQueue queue;
    private final Notes notes;
    private final InstantSource clock;
    private volatile @Nullable Reconciliation last;

    public ReconcileSandboxes(
            SandboxRuntime runtime,
            SandboxRepository repository,
            ProvisioningQueue queue,
            Freezer freezer,
            InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.queue = queue;
        this.notes = new Notes(runtime, repository, freezer, clock);
        this.clock = clock;
    }

    /** Something happened to this sandbox in the runtime: looks at it and notes what there is to note. */
    public void reconcile(SandboxId id) {
        notes.reconcile(id);
    }

    /** Compares everything, while the engine was watched without a gap. */
    public Reconciliation sweep() {
        return remembered(compare(true, false));
    }

    /**
     * Compares everything after a time in which the engine was not watched, because it or this server was away. A
     * process that ended then in the way in which a stopping engine ends processes is started again.
     */
    public Reconciliation recover() {
        return remembered(compare(false, false));
    }

    /** What {@link #sweep} would do now. */
    public Reconciliation preview() {
        return compare(true, true);
    }

    /** The last comparison that was not only a look; empty if there was none since the start. */
    public Optional<Reconciliation> last() {
        return Optional.ofNullable(last);
    }

    private Reconciliation compare(boolean watchedWithoutGap, boolean dryRun) {
        return new Comparison(runtime, repository, queue, notes, clock, watchedWithoutGap, dryRun).run();
    }

    private Reconciliation remembered(Reconciliation done) {
        last = done;
        return done;
    }
}
