package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.SyncDockerCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxException.NotFound;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** The containers of one instance. Never looks at, nor touches, what does not carry the instance's label. Thread-safe. */
final class Containers {

    private static final Duration POLL = Duration.ofMillis(25);

    /** How often a container is frozen, or no more, before the engine is taken at its word that it cannot be. */
    private static final int MOST_TRIES = 3;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final DockerEngine engine;
    private final String instance;
    private final Duration goneTimeout;
    private final ContainerLog log;

    Containers(DockerEngine engine, DockerConfig config) {
        this.engine = engine;
        this.instance = config.instance();
        this.goneTimeout = config.callTimeout();
        this.log = new ContainerLog(engine, config.callTimeout());
    }

    Optional<InspectContainerResponse> find(SandboxId id) {
        return inspect(ContainerSpecs.nameOf(id))
                .filter(found -> ContainerLabels.belongsTo(instance, labelsOf(found)))
                .filter(found -> ContainerLabels.sandboxId(labelsOf(found))
                        .filter(id::equals)
                        .isPresent());
    }

    /** The sidecar of this name, whatever its state. */
    Optional<InspectContainerResponse> findSidecar(String name) {
        return inspect(name)
                .filter(found -> ContainerLabels.belongsTo(instance, labelsOf(found)))
                .filter(found -> ContainerLabels.isSidecar(labelsOf(found)));
    }

    /** The names of the sidecars that belong to no sandbox yet. */
    List<String> listSpares() {
        return list().stream()
                .filter(found -> ContainerLabels.isSidecar(found.getLabels()))
                .map(Containers::nameOf)
                .filter(name -> SidecarSpecs.sandboxOf(name).isEmpty())
                .toList();
    }

    static String nameOf(Container listed) {
        String[] names = listed.getNames();
        return names == null || names.length == 0 ? "" : names[0].substring(1);
    }

    /** Every container of this instance, sidecars included, whatever its state. */
    List<Container> list() {
        try {
            return engine.call(
                    "list containers",
                    client -> client.listContainersCmd()
                            .withShowAll(true)
                            .withLabelFilter(Map.of(ContainerLabels.INSTANCE, instance))
                            .exec());
        } catch (DockerException refused) {
            throw DockerErrors.unavailable("list containers", refused);
        }
    }

    /** What a listed container is like now; empty if it went away meanwhile. */
    Optional<Observation> observe(Container listed) {
        return ContainerObservations.ofListed(listed.getState())
                .or(() -> inspect(listed.getId()).map(this::observe));
    }

    Observation observe(InspectContainerResponse container) {
        InspectContainerResponse.ContainerState state = container.getState();
        Observation observation = ContainerObservations.of(
                state, ContainerObservations.ended(state) ? log.lastLines(container.getId()) : List.of());
        if (observation instanceof Observation.Exited exited && exited.exit().looksInterrupted()) {
            // An engine that is being stopped ends its containers like this, which is no end of the sandbox.
            engine.requireListening();
        }
        return observation;
    }

    void pause(SandboxId id) {
        bring(id, true, "pause a container", client -> client.pauseContainerCmd(ContainerSpecs.nameOf(id)));
    }

    void resume(SandboxId id) {
        bring(id, false, "resume a container", client -> client.unpauseContainerCmd(ContainerSpecs.nameOf(id)));
    }

    /**
     * The engine refuses to do it twice, so that a refusal is judged by what is there then. It also gives up on processes
     * that start others while they are frozen, which works another time.
     */
    private void bring(SandboxId id, boolean paused, String what, Function<DockerClient, SyncDockerCmd<Void>> command) {
        for (int tries = 1; isPaused(id) != paused; tries++) {
            try {
                engine.call(what, client -> command.apply(client).exec());
                return;
            } catch (DockerException refused) {
                if (tries == MOST_TRIES && isPaused(id) != paused) {
                    throw DockerErrors.unavailable(what, refused);
                }
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
        }
    }

    /** @throws NotFound if no process of it is there, be it frozen or not */
    private boolean isPaused(SandboxId id) {
        InspectContainerResponse.ContainerState state = find(id).map(InspectContainerResponse::getState)
                .filter(ContainerObservations::isUp)
                .orElseThrow(() -> new NotFound(id.value()));
        return Boolean.TRUE.equals(state.getPaused());
    }

    void remove(Container listed) {
        remove(listed.getId());
    }

    /** Kills and removes the container, with the anonymous volumes that its image asked for. */
    void remove(SandboxId id) {
        find(id).ifPresent(found -> remove(found.getId()));
    }

    void removeSidecar(String name) {
        findSidecar(name).ifPresent(found -> remove(found.getId()));
    }

    private void remove(String container) {
        try {
            engine.call(
                    "remove a container",
                    client -> client.removeContainerCmd(container)
                            .withForce(true)
                            .withRemoveVolumes(true)
                            .exec());
        } catch (DockerException refused) {
            // Conflict: somebody else is removing it right now.
            if (DockerErrors.isConflict(refused)) {
                awaitGone(container, refused);
            } else if (!DockerErrors.isNotFound(refused)) {
                throw DockerErrors.unavailable("remove a container", refused);
            }
        }
    }

    private void awaitGone(String container, DockerException conflict) {
        long deadline = System.nanoTime() + goneTimeout.toNanos();
        while (inspect(container).isPresent()) {
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                throw DockerErrors.unavailable("remove a container", conflict);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL.toMillis()));
        }
    }

    /** The end of what the container of this sandbox wrote. */
    Optional<LogExcerpt> findLog(SandboxId id, LogSelection selection) {
        return find(id).flatMap(found -> log.find(found.getId(), selection));
    }

    /** The last lines that the container wrote. */
    List<String> lastLines(String container) {
        return log.lastLines(container);
    }

    /** Waits until the container writes this line after that time; false if it ends or the time is over before that. */
    boolean awaitLine(String container, String line, Instant after, Duration limit) {
        return log.awaitLine(container, line, after, limit);
    }

    private Optional<InspectContainerResponse> inspect(String nameOrId) {
        try {
            return Optional.of(engine.call(
                    "inspect a container",
                    client -> client.inspectContainerCmd(nameOrId).exec()));
        } catch (DockerException refused) {
            if (DockerErrors.isNotFound(refused)) {
                return Optional.empty();
            }
            throw DockerErrors.unavailable("inspect a container", refused);
        }
    }

    private static Map<String, String> labelsOf(InspectContainerResponse container) {
        return Optional.ofNullable(container.getConfig().getLabels()).orElse(Map.of());
    }
}
