package dev.sandkeep.application.reconcile;

import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Pausing;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import dev.sandkeep.domain.sandbox.SandboxState.Resuming;
import dev.sandkeep.domain.sandbox.SandboxState.Stopping;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One comparison of all records with all that the runtime has. Used once; not thread-safe. */
final class Comparison {

    private static final Logger log = LoggerFactory.getLogger(Comparison.class);
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(5);

    private final SandboxRuntime runtime;
    private final SandboxRepository repository;
    private final ProvisioningQueue queue;
    private final Notes notes;
    private final InstantSource clock;
    private final boolean watchedWithoutGap;
    private final Findings findings;

    /** @param watchedWithoutGap whether a process that ended did so by itself, and not together with its engine */
    Comparison(
            SandboxRuntime runtime,
            SandboxRepository repository,
            ProvisioningQueue queue,
            Notes notes,
            InstantSource clock,
            boolean watchedWithoutGap,
            boolean dryRun) {
        this.runtime = runtime;
        this.repository = repository;
        this.queue = queue;
        this.notes = notes;
        this.clock = clock;
        this.watchedWithoutGap = watchedWithoutGap;
        this.findings = new Findings(dryRun);
    }

    Reconciliation run() {
        Instant startedAt = clock.instant();
        // The records first: whatever is recorded as running by now must show up in the later look at the runtime.
        List<Sandbox> live = repository.listLive();
        Map<SandboxId, ObservedSandbox> observed = new HashMap<>();
        runtime.observeAll().forEach(seen -> observed.put(seen.id(), seen));
        Set<SandboxId> known = new HashSet<>();
        for (Sandbox sandbox : live) {
            known.add(sandbox.id());
            each(sandbox.id(), _ -> compare(sandbox, observed.get(sandbox.id())));
        }
        observed.values().stream()
                .filter(seen -> !known.contains(seen.id()))
                .forEach(seen -> each(seen.id(), _ -> settleUnknown(seen)));
        for (RuntimePart stray : runtime.listStrays()) {
            findings.ofParts(
                    List.of(stray), null, "it belongs to no sandbox", "remove it", () -> runtime.removeStray(stray));
        }
        return new Reconciliation(
                startedAt, clock.instant(), findings.isDryRun(), live.size(), observed.size(), findings.all());
    }

    /** One sandbox that cannot be looked at must not keep the others from it; an outage ends the comparison. */
    private static void each(SandboxId id, Consumer<SandboxId> step) {
        try {
            step.accept(id);
        } catch (SandboxException.GuardUnavailable | SandboxException.RemovalUnconfirmed single) {
            log.warn("Sandbox {} could not be compared yet: {}", id, single.getMessage());
        } catch (SandboxException.RuntimeUnavailable away) {
            throw away;
        } catch (RuntimeException failed) {
            log.error("Sandbox {} could not be compared; the next sweep tries again", id, failed);
        }
    }

    private void compare(Sandbox sandbox, @Nullable ObservedSandbox seen) {
        SandboxId id = sandbox.id();
        switch (sandbox.state()) {
            case Stopping _ ->
                findings.ofRecord(
                        id, "its end was decided and it is not gone", "finish its removal", () -> notes.finishStop(id));
            case Pending _ -> resume(sandbox);
            default ->
                // The look at everything may be older than the sandbox, so an absence is checked again.
                compareStarted(sandbox, seen == null ? runtime.observe(id) : seen.observation());
        }
    }

    /** One that was just accepted may be on its way into the queue, with credentials that only its request has. */
    private void resume(Sandbox sandbox) {
        Instant justNow = clock.instant().minus(ON_ITS_WAY);
        boolean due =
                !sandbox.spec().source().authenticated() || sandbox.createdAt().isBefore(justNow);
        if (due && !queue.contains(sandbox.id())) {
            findings.ofRecord(
                    sandbox.id(), "it is Pending and nobody makes it", "make it", () -> queue.takeOver(sandbox.id()));
        }
    }

    private void compareStarted(Sandbox sandbox, Observation observation) {
        SandboxId id = sandbox.id();
        if (endedWithItsEngine(observation)) {
            Observation.Exited exited = (Observation.Exited) observation;
            findings.ofRecord(
                    id, "it was stopped together with its engine", "start it again", () -> notes.restart(id, exited));
            return;
        }
        Sandbox changed = sandbox.observed(observation, clock.instant());
        if (changed != sandbox) {
            findings.ofRecord(
                    id,
                    "it is recorded as " + sandbox.state().kind().word() + " and what is there of it is "
                            + word(observation),
                    "record it as " + changed.state().kind().word()
                            + (changed.state().ended() ? " and remove the rest" : ""),
                    () -> notes.note(sandbox, observation));
        } else if (sandbox.state() instanceof Pausing || sandbox.state() instanceof Resuming) {
            findings.ofRecord(
                    id,
                    "it is " + sandbox.state().kind().word() + " and that was not finished",
                    "finish it",
                    () -> notes.note(sandbox, observation));
        }
        if (!findings.isDryRun()) {
            notes.guard(id);
        }
    }

    private static String word(Observation observation) {
        return observation.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** In the runtime, but not among the live records. */
    private void settleUnknown(ObservedSandbox seen) {
        SandboxId id = seen.id();
        Optional<Sandbox> record = repository.find(id);
        if (record.isPresent()) {
            if (record.get().state().ended()) {
                findings.ofParts(seen.parts(), id, "its sandbox has ended", "remove it", () -> runtime.remove(id));
            }
            return;
        }
        Sandbox adoptable = seen.adoptable();
        if (adoptable == null || seen.observation() instanceof Observation.Remnant) {
            findings.ofParts(
                    seen.parts(), id, "there is no record of its sandbox", "remove it", () -> runtime.remove(id));
        } else {
            findings.ofParts(
                    seen.parts(),
                    id,
                    "there is no record of its sandbox",
                    "take the sandbox over",
                    () -> adopt(adoptable, seen.observation()));
        }
    }

    private void adopt(Sandbox adoptable, Observation observation) {
        notes.adopt(adoptable, observation, queue).ifPresent(adopted -> {
            if (endedWithItsEngine(observation)) {
                notes.restart(adopted.id(), (Observation.Exited) observation);
            } else {
                notes.note(adopted, observation);
                notes.guard(adopted.id());
            }
        });
    }

    private boolean endedWithItsEngine(Observation observation) {
        return !watchedWithoutGap
                && observation instanceof Observation.Exited exited
                && exited.exit().looksInterrupted();
    }
}
