package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerHostConfig;
import dev.sandkeep.adapters.docker.SidecarSpecs.Kind;
import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
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
    private final Sidecars sidecars;
    private final SidecarPool pool;

    Guards(DockerEngine engine, Containers containers, SandboxNetwork network, DockerConfig config) {
        this.engine = engine;
        this.sidecars = new Sidecars(engine, containers, network, config);
        this.pool = new SidecarPool(sidecars, containers, config);
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
        SandboxId id = sandbox.id();
        Optional<Sidecar> present = sidecars.find(id);
        boolean exchanged = false;
        if (present.isEmpty()) {
            prepare(sandbox);
        } else if (!present.get().running()) {
            exchanged = !startAgain(sandbox, present.get());
        } else {
            enforce(sandbox, present.get());
            return false;
        }
        enforce(sandbox, sidecars.find(id).orElseThrow(() -> sidecars.didNotComeUp(SidecarSpecs.nameOf(id))));
        return exchanged;
    }

    /**
     * An engine that was killed while it started one may refuse to start it ever after ("task already exists"). A sandbox
     * that is being started has no network yet, so another sidecar does as well.
     *
     * @return whether it is still the same one
     */
    private boolean startAgain(Sandbox sandbox, Sidecar stopped) {
        try {
            sidecars.start(stopped);
            return true;
        } catch (LaunchFailed stuck) {
            log.info("Sandbox {} gets another sidecar: {}", sandbox.id(), stuck.getMessage());
            sidecars.remove(stopped);
            prepare(sandbox);
            return false;
        }
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

    /** Whether a sidecar of this name is kept ready, or is just being given to a sandbox. */
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
