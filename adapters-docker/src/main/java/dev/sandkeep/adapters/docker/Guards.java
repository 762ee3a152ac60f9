package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerHostConfig;
import dev.sandkeep.adapters.docker.SidecarSpecs.Kind;
import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxException.GuardUnavailable;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that no sandbox is without the sidecar that guards its network. Thread-safe. */
final class Guards implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Guards.class);

    private final DockerEngine engine;
    private final Containers containers;
    private final Sidecars sidecars;
    private final SidecarPool pool;

    Guards(
            DockerEngine engine,
            Containers containers,
            SandboxNetwork network,
            SidecarOwner owner,
            DockerConfig config) {
        this.engine = engine;
        this.containers = containers;
        this.sidecars = new Sidecars(engine, containers, network, config);
        this.pool = new SidecarPool(sidecars, containers, owner, config);
    }

    /** Begins to keep sidecars ready. */
    void start() {
        pool.start();
    }

    /** Gives the sandbox a sidecar, unless it has one. */
    void prepare(Sandbox sandbox) {
        SandboxId id = sandbox.id();
        Kind kind = sandbox.networkPolicy().restricts() ? Kind.GUARDING : Kind.OPEN;
        if (!pool.claim(kind, id) && sidecars.find(id).isEmpty()) {
            sidecars.make(SidecarSpecs.nameOf(id), kind);
        }
    }

    /**
     * Returns when the rules for the sandbox are in force, so that it can be started.
     *
     * @return whether the sidecar that it had was exchanged for another one, with another network
     * @throws LaunchFailed if its sidecar does not come up
     */
    boolean guard(Sandbox sandbox) {
        Optional<Sidecar> present = sidecars.find(sandbox.id());
        if (present.isEmpty()) {
            prepare(sandbox);
            enforceByNew(sandbox);
            return false;
        }
        try {
            enforceBy(sandbox, present.get());
            return false;
        } catch (LaunchFailed | GuardUnavailable useless) {
            if (Thread.currentThread().isInterrupted() || isUp(sandbox.id())) {
                throw useless;
            }
            exchange(sandbox, present.get(), useless);
            return true;
        }
    }

    private void enforceBy(Sandbox sandbox, Sidecar present) {
        if (present.running()) {
            enforce(sandbox, present);
        } else {
            sidecars.start(present);
            enforceByNew(sandbox);
        }
    }

    private void enforceByNew(Sandbox sandbox) {
        SandboxId id = sandbox.id();
        enforce(sandbox, sidecars.find(id).orElseThrow(() -> sidecars.didNotComeUp(SidecarSpecs.nameOf(id))));
    }

    private boolean isUp(SandboxId id) {
        return containers
                .find(id)
                .filter(found -> ContainerObservations.isUp(found.getState()))
                .isPresent();
    }

    /**
     * An engine that was killed while it started one may refuse to start it ever after ("task already exists"), or say
     * that it runs where nothing does. A sandbox that does not run has no network yet, so another sidecar does as well.
     */
    private void exchange(Sandbox sandbox, Sidecar useless, SandboxException why) {
        log.info("Sandbox {} gets another sidecar: {}", sandbox.id(), why.getMessage());
        sidecars.remove(useless);
        prepare(sandbox);
        enforceByNew(sandbox);
    }

    private void enforce(Sandbox sandbox, Sidecar sidecar) {
        try {
            sidecars.enforce(sandbox, sidecar);
        } catch (GuardUnavailable silent) {
            if (sidecars.find(sandbox.id()).filter(Sidecar::running).isEmpty()) {
                throw sidecars.didNotComeUp(sidecar.container());
            }
            throw silent;
        }
    }

    /** While this is open, the engine is left to a sandbox that is being started. */
    SidecarPool.Pause pause() {
        return pool.pause();
    }

    /** Whether a sidecar of this name is kept ready, or is just being given to a sandbox, by a server that lives. */
    boolean isSpare(String name) {
        return pool.knows(name);
    }

    List<SidecarPoolStatistics> poolStatistics() {
        return pool.statistics();
    }

    void enforce(Sandbox sandbox) {
        sidecars.enforce(sandbox);
    }

    Optional<EnforcedPolicy> findEnforced(SandboxId id) {
        return sidecars.findEnforced(id);
    }

    NetworkDecisions decisions(SandboxId id, @Nullable Action verdict, int atMost) {
        return sidecars.decisions(id, verdict, atMost);
    }

    boolean isThere(SandboxId id) {
        return sidecars.find(id).isPresent();
    }

    /** What a look at the container of a sandbox means, now that its sidecar is looked at, too. */
    Observation check(SandboxId id, Observation observation, String networkMode) {
        return needsGuard(observation, networkMode)
                        && sidecars.find(id).filter(Sidecar::running).isEmpty()
                ? unguarded(id)
                : observation;
    }

    /** One that was made while nothing was guarded has a network of its own, and no policy. */
    private static boolean needsGuard(Observation observation, String networkMode) {
        return (observation instanceof Observation.Running || observation instanceof Observation.Paused)
                && networkMode.startsWith("container:");
    }

    private Observation unguarded(SandboxId id) {
        // An engine that is being stopped ends the sidecars, too, perhaps before the sandboxes.
        engine.requireListening();
        return new Observation.Unguarded(sidecars.obituary(id));
    }

    /** The sidecars of sandboxes among the containers, and whether each of them runs. */
    static Map<SandboxId, Boolean> among(List<Container> listed) {
        Map<SandboxId, Boolean> running = new HashMap<>();
        for (Container container : listed) {
            if (ContainerLabels.isSidecar(container.getLabels())) {
                SidecarSpecs.sandboxOf(Containers.nameOf(container))
                        .ifPresent(id -> running.put(id, "running".equals(container.getState())));
            }
        }
        return running;
    }

    /** As {@link #check}, from a list. */
    Observation check(Container listed, SandboxId id, Observation observation, Map<SandboxId, Boolean> running) {
        ContainerHostConfig host = listed.getHostConfig();
        String networkMode = host == null ? "" : String.valueOf(host.getNetworkMode());
        return needsGuard(observation, networkMode) && !running.getOrDefault(id, false) ? unguarded(id) : observation;
    }

    @Override
    public void close() {
        pool.close();
    }
}
