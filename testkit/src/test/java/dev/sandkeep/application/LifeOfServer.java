package dev.sandkeep.application;

import dev.sandkeep.application.lifecycle.CreateSandbox;
import dev.sandkeep.application.lifecycle.DeleteSandbox;
import dev.sandkeep.application.lifecycle.Freezer;
import dev.sandkeep.application.lifecycle.PauseSandbox;
import dev.sandkeep.application.lifecycle.ProvisionSandbox;
import dev.sandkeep.application.lifecycle.ResumeSandbox;
import dev.sandkeep.application.reconcile.ExpireSandboxes;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.domain.admission.Quotas;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemoryPrivateImages;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.InMemorySnapshotRepository;
import dev.sandkeep.testkit.fake.SequentialSandboxIdSource;
import dev.sandkeep.testkit.fake.SettableClock;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server that users, the engine and bad luck do things to. After a crash it starts anew over the same records. */
final class LifeOfServer {

    final SettableClock clock = new SettableClock(Sandboxes.NOW);
    final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    /** Which sandboxes a user asked to delete, and whose deletion was confirmed. */
    final Set<SandboxId> deleted = new HashSet<>();

    final Set<SandboxId> confirmed = new HashSet<>();
    /** Which sandboxes something was done to that may end them: their process ended, or somebody removed them. */
    final Map<SandboxId, Observation> harmed = new HashMap<>();

    final List<SandboxId> created = new ArrayList<>();

    private final InMemoryPrivateImages privateImages = new InMemoryPrivateImages();
    private final SequentialSandboxIdSource ids = new SequentialSandboxIdSource();
    private final CrashingSandboxRepository records = new CrashingSandboxRepository(repository);
    private final InMemorySnapshotRepository snapshots = new InMemorySnapshotRepository(repository.journal());
    private RecordingProvisioningQueue queue = new RecordingProvisioningQueue();

    LifeOfServer() {
        runtime.addImage(Specs.IMAGE);
    }

    enum Happening {
        CREATE,
        PROVISION,
        DELETE,
        EXPIRE,
        SWEEP,
        EVENT,
        TIME,
        EXIT,
        VANISH,
        FREEZE,
        THAW,
        PAUSE,
        RESUME,
        OUTAGE,
        ENGINE_BACK,
        CRASH_SOON,
        RESTART
    }

    /** Makes it happen; the number chooses among the sandboxes, or among the ways to do it. */
    private void cause(Happening what, int number) {
        switch (what) {
            case CREATE -> create(number % 3 == 0 ? null : Duration.ofMinutes(1L + number % 10));
            case PROVISION -> provision();
            case DELETE -> choose(number, this::delete);
            case EXPIRE -> expire();
            case SWEEP -> reconciling().sweep();
            case EVENT -> choose(number, id -> reconciling().reconcile(id));
            case TIME -> clock.advance(Duration.ofSeconds(number));
            case EXIT -> choose(number, id -> harm(id, exited(number % 2 == 0 ? 137 : number % 4)));
            case VANISH -> choose(number, id -> harm(id, new Observation.Missing()));
            case FREEZE -> choose(number, id -> touch(id, new Observation.Paused()));
            case THAW -> choose(number, id -> touch(id, new Observation.Running()));
            case PAUSE ->
                choose(number, id -> pause(id, number % 2 == 0 ? PausedTime.COUNTS : PausedTime.DOES_NOT_COUNT));
            case RESUME -> choose(number, this::resume);
            case OUTAGE -> runtime.goAway();
            case ENGINE_BACK -> engineBack();
            case CRASH_SOON -> records.crashAfter(number % 6);
            case RESTART -> restart();
        }
    }

    /** Does it; a request or tick that an outage refuses is simply over, and a crash ends in a new start. */
    void happen(Happening what, int number) {
        try {
            cause(what, number);
        } catch (SandboxException.RuntimeUnavailable
                | SandboxException.NotFound
                | SandboxException.IllegalTransition expected) {
            return;
        } catch (CrashingSandboxRepository.Crash crash) {
            happen(Happening.RESTART, number);
        }
    }

    /** Leaves the server alone for a while, with its engine. */
    void settle() {
        records.crashAfter(-1);
        engineBack();
        restart();
        while (provision()) {
            expire();
        }
        expire();
        reconciling().sweep();
    }

    private void create(@Nullable Duration timeout) {
        CreateSandbox creating = new CreateSandbox(
                runtime, records, snapshots, queue, ids, TestApplication.LIFETIME, Quotas.none(), clock);
        Sandbox sandbox =
                creating.create(new CreateSandbox.Request(Specs.aSpec().build(), timeout, null, null));
        created.add(sandbox.id());
    }

    private boolean provision() {
        ProvisionSandbox provisioning = new ProvisionSandbox(runtime, records, privateImages, clock);
        return queue.take()
                .map(RecordingProvisioningQueue.Submission::id)
                .map(id -> {
                    provisioning.prepare(id, null);
                    provisioning.launch(id);
                    return true;
                })
                .orElse(false);
    }

    private void delete(SandboxId id) {
        deleted.add(id);
        new DeleteSandbox(runtime, records, clock).delete(id);
        confirmed.add(id);
    }

    private void expire() {
        ExpireSandboxes expiring = new ExpireSandboxes(runtime, records, clock);
        expiring.decide().forEach(expiring::remove);
    }

    private ReconcileSandboxes reconciling() {
        return new ReconcileSandboxes(runtime, records, queue, freezer(), clock);
    }

    private Freezer freezer() {
        return new Freezer(runtime, records, clock);
    }

    private void pause(SandboxId id, PausedTime time) {
        new PauseSandbox(runtime, records, freezer(), time, clock).pause(id);
    }

    private void resume(SandboxId id) {
        new ResumeSandbox(runtime, records, freezer(), clock).resume(id);
    }

    private void engineBack() {
        runtime.comeBack();
        reconciling().recover();
    }

    /** What was queued is lost with the process. */
    private void restart() {
        records.crashAfter(-1);
        queue = new RecordingProvisioningQueue();
        reconciling().recover();
    }

    private void harm(SandboxId id, Observation end) {
        if (runtime.observe(id) instanceof Observation.Running) {
            harmed.put(id, end);
            if (end instanceof Observation.Missing) {
                runtime.vanish(id);
            } else {
                runtime.happen(id, end);
            }
        }
    }

    private void touch(SandboxId id, Observation now) {
        Observation before = runtime.observe(id);
        if (before instanceof Observation.Running || before instanceof Observation.Paused) {
            runtime.happen(id, now);
        }
    }

    private void choose(int number, Consumer<SandboxId> step) {
        if (!created.isEmpty()) {
            step.accept(created.get(number % created.size()));
        }
    }

    private static Observation exited(int code) {
        return new Observation.Exited(new Exit(code, Exit.Cause.PROCESS_ENDED, null));
    }
}
