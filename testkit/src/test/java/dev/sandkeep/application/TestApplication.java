package dev.sandkeep.application;

import dev.sandkeep.application.lifecycle.CreateSandbox;
import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.application.lifecycle.Freezer;
import dev.sandkeep.application.lifecycle.LifetimePolicy;
import dev.sandkeep.application.lifecycle.PauseSandbox;
import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.lifecycle.RenewSandbox;
import dev.sandkeep.application.lifecycle.ResumeSandbox;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.reconcile.ExpireSandboxes;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.domain.admission.Quotas;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.testkit.fake.InMemoryPrivateImages;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.InMemorySnapshotRepository;
import dev.sandkeep.testkit.fake.SequentialSandboxIdSource;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;

/** The use cases on a runtime, a repository and a clock that tests control; the image of {@link Specs} is there. */
public final class TestApplication {

    public static final LifetimePolicy LIFETIME = new LifetimePolicy(Duration.ofHours(24), true);

    public final SettableClock clock = new SettableClock(Sandboxes.NOW);
    public final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    public final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    public final InMemorySnapshotRepository snapshots = new InMemorySnapshotRepository(repository.journal());
    public final InMemoryPrivateImages privateImages = new InMemoryPrivateImages();
    public final RecordingProvisioningQueue queue = new RecordingProvisioningQueue();
    public final SequentialSandboxIdSource ids = new SequentialSandboxIdSource();

    public TestApplication() {
        runtime.addImage(Specs.IMAGE);
    }

    public CreateSandbox creating() {
        return creating(LIFETIME);
    }

    public CreateSandbox creating(LifetimePolicy lifetime) {
        return new CreateSandbox(runtime, repository, snapshots, queue, ids, lifetime, Quotas.none(), clock);
    }

    public ProvisionSandbox provisioning() {
        return new ProvisionSandbox(runtime, repository, privateImages, clock);
    }

    public DeleteSandbox deleting() {
        return deleting(repository);
    }

    public DeleteSandbox deleting(SandboxRepository records) {
        return new DeleteSandbox(runtime, records, clock);
    }

    public ExpireSandboxes expiring() {
        return new ExpireSandboxes(runtime, repository, clock);
    }

    public ReconcileSandboxes reconciling() {
        return new ReconcileSandboxes(runtime, repository, queue, freezer(), clock);
    }

    public Freezer freezer() {
        return new Freezer(runtime, repository, clock);
    }

    public PauseSandbox pausing(PausedTime time) {
        return new PauseSandbox(runtime, repository, freezer(), time, clock);
    }

    public ResumeSandbox resuming() {
        return new ResumeSandbox(runtime, repository, freezer(), clock);
    }

    public RenewSandbox renewing() {
        return new RenewSandbox(repository, LIFETIME, clock);
    }

    /** A record without anything in the runtime. */
    public SandboxId recorded(Sandbox sandbox) {
        repository.add(sandbox, null);
        return sandbox.id();
    }

    /** A record, and its container that looks like this. */
    public SandboxId recorded(Sandbox sandbox, Observation observation) {
        inRuntime(sandbox, observation);
        return recorded(sandbox);
    }

    /** A container without a record. */
    public SandboxId inRuntime(Sandbox sandbox, Observation observation) {
        runtime.launch(sandbox);
        runtime.happen(sandbox.id(), observation);
        return sandbox.id();
    }

    public SandboxState stateOf(SandboxId id) {
        return repository.find(id).orElseThrow().state();
    }

    public boolean isInRuntime(SandboxId id) {
        return !(runtime.observe(id) instanceof Observation.Missing);
    }
}
