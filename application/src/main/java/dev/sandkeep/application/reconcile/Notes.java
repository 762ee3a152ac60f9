package dev.sandkeep.application.reconcile;

import dev.sandkeep.application.lifecycle.Freezer;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Failed;
import dev.sandkeep.domain.sandbox.SandboxState.Paused;
import dev.sandkeep.domain.sandbox.SandboxState.Pausing;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import dev.sandkeep.domain.sandbox.SandboxState.Resuming;
import dev.sandkeep.domain.sandbox.SandboxState.Running;
import dev.sandkeep.domain.sandbox.SandboxState.Stopping;
import dev.sandkeep.domain.sandbox.SandboxState.Terminated;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the record and the runtime together for one sandbox: the one place where observations become events of the
 * domain. All methods may be repeated and may overlap with users' requests.
 */
final class Notes {

    private static final Logger log = LoggerFactory.getLogger(Notes.class);

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final Freezer freezer;
    private final InstantSource clock;

    Notes(SandboxRuntime runtime, SandboxRepository repository, Freezer freezer, InstantSource clock) {
        this.runtime = runtime;
        this.repository = repository;
        this.freezer = freezer;
        this.clock = clock;
    }

    /** Looks at this sandbox in the runtime, and notes what there is to note. */
    void reconcile(SandboxId id) {
        repository.find(id).ifPresent(sandbox -> note(sandbox, runtime.observe(id)));
    }

    /**
     * Notes what was observed of a sandbox after it was read from the records. If it was stored since, the observation
     * may be older than what was stored, and another one is made.
     */
    void note(Sandbox before, Observation observation) {
        Sandbox after = before.observed(observation, clock.instant());
        if (after == before) {
            settle(before, observation);
            return;
        }
        try {
            settle(repository.save(after), observation);
        } catch (SandboxException.Stale somebodyWasFaster) {
            // Each round means that another writer got on, so this ends.
            reconcile(before.id());
            return;
        }
        if (after.state().ended()) {
            log.info("Sandbox {} ended: {}", after.id(), after.state().reason().word());
        }
    }

    /** Releases what an ended sandbox still holds, and finishes a pause or resume that was cut short. */
    private void settle(Sandbox noted, Observation observation) {
        switch (noted.state()) {
            case Terminated _, Failed _ -> {
                if (!(observation instanceof Observation.Missing)) {
                    runtime.remove(noted.id());
                }
            }
            case Pausing _, Resuming _ -> freezer.carryOut(noted.id());
            case Pending _, Running _, Paused _, Stopping _ -> {}
        }
    }

    /** A policy that was changed may not have reached the runtime, because one of the two was away. */
    void guard(SandboxId id) {
        repository
                .find(id)
                .filter(sandbox ->
                        sandbox.policyRevision() > 0 && !sandbox.state().ended())
                .ifPresent(this::enforce);
    }

    private void enforce(Sandbox sandbox) {
        try {
            runtime.enforce(sandbox);
        } catch (SandboxException.GuardUnavailable silent) {
            log.warn(
                    "Sandbox {} was not told its policy; the next sweep tries again: {}",
                    sandbox.id(),
                    silent.getMessage());
        }
    }

    void finishStop(SandboxId id) {
        runtime.remove(id);
        repository.update(id, sandbox -> sandbox.stopped(clock.instant()));
    }

    /** Starts a sandbox whose process ended with its engine. One that was paused runs then: what its memory held is lost. */
    void restart(SandboxId id, Observation.Exited exited) {
        Optional<Sandbox> sandbox =
                repository.find(id).filter(found -> found.state().wanted());
        if (sandbox.isEmpty()) {
            return;
        }
        try {
            runtime.launch(sandbox.get());
        } catch (SandboxException.LaunchFailed failed) {
            log.info("Sandbox {} could not be started again, so it has ended: {}", id, failed.getMessage());
            note(sandbox.get(), exited);
            return;
        }
        reconcile(id);
    }

    /**
     * Makes a record of a sandbox that the runtime has, unless what guards it does not say which policy is in force: its
     * first policy may be the wrong one.
     *
     * @return the record, if the sandbox was started before, so that there is more to note
     */
    Optional<Sandbox> adopt(Sandbox adoptable, Observation observation, ProvisioningQueue queue) {
        SandboxId id = adoptable.id();
        // What the runtime keeps with a sandbox is from its beginning; the policy may have been changed since.
        repository.add(
                runtime.findEnforced(id)
                        .map(enforced -> adoptable.withNetworkPolicy(enforced.policy(), enforced.revision()))
                        .orElse(adoptable),
                null);
        if (observation instanceof Observation.Created) {
            queue.takeOver(id);
            return Optional.empty();
        }
        return repository.update(id, sandbox -> sandbox.started(clock.instant()));
    }
}
