package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Mount;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.volume.Volume;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One attempt to make a sandbox run. Remembers what it began, to undo it when it fails. Not thread-safe; used once. */
final class Launch {

    private static final String NEVER_STARTED = "0001-01-01T00:00:00Z";

    private final DockerEngine engine;
    private final Containers containers;
    private final NamedVolumes volumes;
    private final SandboxNetwork network;
    private final @Nullable Guards guards;
    private final DockerConfig config;
    private final Sandbox sandbox;
    private final SandboxId id;
    private final long deadline;
    private final List<String> madeVolumes = new ArrayList<>();
    private boolean ranBefore;

    Launch(
            DockerEngine engine,
            Containers containers,
            NamedVolumes volumes,
            SandboxNetwork network,
            @Nullable Guards guards,
            DockerConfig config,
            Sandbox sandbox) {
        this.engine = engine;
        this.containers = containers;
        this.volumes = volumes;
        this.network = network;
        this.guards = guards;
        this.config = config;
        this.sandbox = sandbox;
        this.id = sandbox.id();
        this.deadline = System.nanoTime() + config.launchTimeout().toNanos();
    }

    /** @throws LaunchFailed if it cannot be made; then everything that was begun is undone */
    void run() {
        try {
            bringUp();
        } catch (LaunchFailed failed) {
            throw undone(failed);
        } catch (DockerException refused) {
            throw undone(new LaunchFailed(
                    StatusReason.RUNTIME_ERROR, "The engine refused: " + DockerErrors.text(refused), refused));
        } catch (InvalidValue changed) {
            // It was admitted, so the directory or the volume was changed since.
            throw undone(new LaunchFailed(StatusReason.RUNTIME_ERROR, String.valueOf(changed.getMessage()), changed));
        } catch (RuntimeUnavailable away) {
            if (left().isPositive()) {
                throw away;
            }
            // Slow, or away? Only an engine that still answers can be told to undo it.
            engine.ping();
            throw undone(new LaunchFailed(
                    StatusReason.PROVISION_TIMEOUT,
                    "The engine did not start it within "
                            + config.launchTimeout().toSeconds() + " s",
                    away));
        }
    }

    /** What takes long goes on at the same time; but nothing of the sandbox can run before the rules are in force. */
    private void bringUp() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Waited for even if the rest fails: what the engine is just making could not be undone yet.
            Future<Boolean> rules = threads.submit(this::guard);
            boolean up = makeUnlessUp(rules);
            boolean exchanged = await(rules);
            if (up) {
                return;
            }
            if (exchanged && !ranBefore) {
                // It may have been made for the network of the sidecar that is gone.
                containers.remove(id);
                create();
            }
            start();
        }
    }

    /** Whether its sidecar is another one than before. */
    private boolean guard() {
        return guards != null && guards.guard(sandbox);
    }

    private static boolean await(Future<Boolean> rules) {
        try {
            return rules.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException why ? why : new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            rules.cancel(true);
            Thread.currentThread().interrupt();
            throw DockerErrors.unavailable("guard a sandbox", stopped);
        }
    }

    /** Whether it is up already. */
    private boolean makeUnlessUp(Future<Boolean> rules) {
        Optional<InspectContainerResponse> present = containers.find(id);
        if (present.isPresent()) {
            ranBefore = !NEVER_STARTED.equals(present.get().getState().getStartedAt());
            if (ranBefore) {
                return ContainerObservations.isUp(present.get().getState());
            }
            // Made by an attempt that was interrupted, perhaps for the network of a sidecar that is gone since.
            containers.remove(id);
        }
        if (!engine.facts().joinsContainersToCome()) {
            var _ = await(rules);
        }
        create();
        return false;
    }

    private void create() {
        List<Mount> mounts = mounts();
        if (guards == null) {
            network.ensure();
        }
        ContainerSpec spec = ContainerSpecs.of(sandbox, mounts, config);
        try {
            engine.call(
                    "make a container",
                    left(),
                    client -> spec.applyTo(client.createContainerCmd(spec.image()))
                            .exec());
        } catch (DockerException refused) {
            // The name is taken: by ourselves, if an earlier call was interrupted and the engine went on with it.
            if (!DockerErrors.isConflict(refused) || containers.find(id).isEmpty()) {
                throw DockerErrors.createFailed(sandbox.spec().source(), refused);
            }
        }
    }

    private List<Mount> mounts() {
        EngineFacts facts = engine.facts();
        HostDirectories directories =
                new HostDirectories(config.allowedHostPaths(), engine.address(), facts.dataRoot());
        List<Mount> mounts = new ArrayList<>();
        for (Volume volume : sandbox.spec().volumes()) {
            mounts.add(
                    switch (volume) {
                        case Volume.HostPath host -> Mounts.ofDirectory(directories.resolve(host), host);
                        case Volume.Named named -> Mounts.ofNamed(named, obtain(named), facts);
                    });
        }
        return mounts;
    }

    private InspectVolumeResponse obtain(Volume.Named volume) {
        Optional<InspectVolumeResponse> present = volumes.find(volume.claimName());
        if (present.isEmpty() && volume.createIfNotExists()) {
            madeVolumes.add(volume.claimName());
            volumes.create(volume.claimName(), id, volume.deleteOnSandboxTermination());
            present = volumes.find(volume.claimName());
        }
        return present.filter(found -> !volumes.isForeign(found))
                .orElseThrow(() -> new LaunchFailed(
                        StatusReason.RUNTIME_ERROR,
                        "volume " + volume.name() + ": there is no volume " + volume.claimName() + " any more",
                        null));
    }

    private void start() {
        try {
            engine.call(
                    "start a container",
                    left(),
                    client ->
                            client.startContainerCmd(ContainerSpecs.nameOf(id)).exec());
        } catch (DockerException refused) {
            if (!DockerErrors.isNotModified(refused)) {
                throw DockerErrors.startFailed(refused);
            }
        }
    }

    private Duration left() {
        return Duration.ofNanos(deadline - System.nanoTime());
    }

    /** A container that ran before is left as it is: it has files, and its end is there to be observed. */
    private LaunchFailed undone(LaunchFailed failed) {
        // An engine that is being stopped refuses, too, which says nothing about the sandbox.
        engine.requireListening();
        if (!ranBefore) {
            containers.remove(id);
            containers.removeSidecar(SidecarSpecs.nameOf(id));
            volumes.listRemnants(id).forEach(volumes::remove);
            // Nothing was ever written into these, so they go whatever was asked for.
            madeVolumes.forEach(volumes::remove);
        }
        return failed;
    }
}
