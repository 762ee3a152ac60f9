package dev.sandkeep.application.reconcile;

import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import dev.sandkeep.domain.sandbox.SandboxState.Stopping;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes records and runtime agree: the one place where observations become events of the domain, and where what a crash
 * or an outage left half done is finished. All methods may be repeated and may overlap with users' requests; every one
 * lets {@link SandboxException.RuntimeUnavailable} through, having concluded nothing.
 */
public final class ReconcileSandboxes {

    private static final Logger log = LoggerFactory.getLogger(ReconcileSandboxes.class);
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(5);

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final ProvisioningQueue queue;
    private final InstantSource clock;

    public ReconcileSandboxes(
            SandboxRuntime runtime, SandboxRepository repository, ProvisioningQueue queue, InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.queue = queue;
        this.clock = clock;
    }

    /** Something happened to this sandbox in the runtime: looks at it and notes what there is to note. */
    public void reconcile(SandboxId id) {
        if (repository.find(id).isPresent()) {
            note(id, runtime.observe(id));
        }
    }

    /** Compares everything, while the engine was watched without a gap. */
    public void sweep() {
        compare(this::noteAndGuard);
    }

    /**
     * Compares everything after a time in which the engine was not watched, because it or this server was away. A
     * process that ended then in the way in which a stopping engine ends processes is started again.
     */
    public void recover() {
        compare((id, observation) -> {
            if (observation instanceof Observation.Exited exited
                    && exited.exit().looksInterrupted()) {
                restart(id, exited);
            } else {
                noteAndGuard(id, observation);
            }
        });
    }

    private interface Noting {
        void note(SandboxId id, Observation observation);
    }

    private void compare(Noting noting) {
        // The records first: whatever is recorded as running by now must show up in the later look at the runtime.
        List<Sandbox> live = repository.listLive();
        Map<SandboxId, ObservedSandbox> observed = new HashMap<>();
        runtime.observeAll().forEach(seen -> observed.put(seen.id(), seen));
        Set<SandboxId> known = new HashSet<>();
        for (Sandbox sandbox : live) {
            known.add(sandbox.id());
            each(sandbox.id(), id -> compare(sandbox, observed.get(id), noting));
        }
        observed.values().stream()
                .filter(seen -> !known.contains(seen.id()))
                .forEach(seen -> each(seen.id(), _ -> settleUnknown(seen, noting)));
    }

    /** One sandbox that cannot be reconciled must not keep the others from it; an outage ends the sweep. */
    private static void each(SandboxId id, Consumer<SandboxId> step) {
        try {
            step.accept(id);
        } catch (SandboxException.RuntimeUnavailable away) {
            throw away;
        } catch (RuntimeException failed) {
            log.error("Sandbox {} could not be reconciled; the next sweep tries again", id, failed);
        }
    }

    private void compare(Sandbox sandbox, @Nullable ObservedSandbox seen, Noting noting) {
        switch (sandbox.state()) {
            case Stopping _ -> finishStop(sandbox.id());
            case Pending _ -> resume(sandbox);
            default ->
                // The look at everything may be older than the sandbox, so an absence is checked again.
                noting.note(sandbox.id(), seen == null ? runtime.observe(sandbox.id()) : seen.observation());
        }
    }

    /** One that was just accepted may be on its way into the queue, with credentials that only its request has. */
    private void resume(Sandbox sandbox) {
        Instant justNow = clock.instant().minus(ON_ITS_WAY);
        if (!sandbox.spec().imageAuthenticated() || sandbox.createdAt().isBefore(justNow)) {
            queue.submit(sandbox.id(), null);
        }
    }

    private void finishStop(SandboxId id) {
        runtime.remove(id);
        repository.update(id, sandbox -> sandbox.stopped(clock.instant()));
    }

    /** In the runtime, but not among the live records. */
    private void settleUnknown(ObservedSandbox seen, Noting noting) {
        Optional<Sandbox> record = repository.find(seen.id());
        if (record.isPresent()) {
            if (record.get().state().ended()) {
                runtime.remove(seen.id());
            }
            return;
        }
        Sandbox adoptable = seen.adoptable();
        if (adoptable == null || seen.observation() instanceof Observation.Remnant) {
            log.warn("Removing what is left of sandbox {}, of which there is no record", seen.id());
            runtime.remove(seen.id());
            return;
        }
        log.warn("Taking over sandbox {}, of which there was no record", seen.id());
        // What the runtime keeps with a sandbox is from its beginning; the policy may have been changed since.
        repository.add(
                runtime.findEnforced(seen.id())
                        .map(enforced -> adoptable.withNetworkPolicy(enforced.policy(), enforced.revision()))
                        .orElse(adoptable),
                null);
        if (seen.observation() instanceof Observation.Created) {
            queue.submit(seen.id(), null);
        } else {
            repository.update(seen.id(), sandbox -> sandbox.started(clock.instant()));
            noting.note(seen.id(), seen.observation());
        }
    }

    private void restart(SandboxId id, Observation.Exited exited) {
        Optional<Sandbox> sandbox =
                repository.find(id).filter(found -> found.state().wanted());
        if (sandbox.isEmpty()) {
            return;
        }
        log.info("Sandbox {} was stopped together with its engine; starting it again", id);
        try {
            runtime.launch(sandbox.get());
        } catch (SandboxException.LaunchFailed failed) {
            log.info("Sandbox {} could not be started again, so it has ended: {}", id, failed.getMessage());
            note(id, exited);
            return;
        }
        reconcile(id);
    }

    /** A policy that was changed may not have reached the runtime, because one of the two was away. */
    private void noteAndGuard(SandboxId id, Observation observation) {
        note(id, observation);
        repository
                .find(id)
                .filter(sandbox ->
                        sandbox.policyRevision() > 0 && !sandbox.state().ended())
                .ifPresent(runtime::enforce);
    }

    /** Notes what was observed, and releases what an ended sandbox still holds. */
    private void note(SandboxId id, Observation observation) {
        Optional<Sandbox> before = repository.find(id);
        Optional<Sandbox> after = repository.update(id, sandbox -> sandbox.observed(observation, clock.instant()));
        if (after.isPresent() && after.get().state().ended()) {
            before.filter(sandbox -> !sandbox.state().ended())
                    .ifPresent(_ -> log.info(
                            "Sandbox {} ended: {}",
                            id,
                            after.get().state().reason().word()));
            if (!(observation instanceof Observation.Missing)) {
                runtime.remove(id);
            }
        }
    }
}
