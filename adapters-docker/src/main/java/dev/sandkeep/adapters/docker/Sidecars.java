package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.sandkeep.adapters.docker.SidecarSpecs.Kind;
import dev.sandkeep.adapters.runtime.SidecarWorker;
import dev.sandkeep.adapters.runtime.WorkerAddress;
import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.GuardUnavailable;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StatusReason;
import java.net.ConnectException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The sidecars of one instance: each owns the network namespace of one sandbox and decides what may leave it.
 * Thread-safe.
 */
final class Sidecars {

    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration WORKER_TIMEOUT = Duration.ofSeconds(5);
    /** A worker is a program that has to be started, on a machine that may be very busy. */
    private static final Duration ENFORCE_TIMEOUT = Duration.ofSeconds(20);

    private static final Duration ASK_AGAIN = Duration.ofMillis(500);
    private static final int KEY_BYTES = 32;

    private final DockerEngine engine;
    private final Containers containers;
    private final SandboxNetwork network;
    private final DockerConfig config;
    private final SecureRandom random = new SecureRandom();
    private final SidecarWorker worker = new SidecarWorker(WORKER_TIMEOUT);

    Sidecars(DockerEngine engine, Containers containers, SandboxNetwork network, DockerConfig config) {
        this.engine = engine;
        this.containers = containers;
        this.network = network;
        this.config = config;
    }

    Optional<Sidecar> find(SandboxId id) {
        return containers.findSidecar(SidecarSpecs.nameOf(id)).map(Sidecar::of);
    }

    /**
     * Makes one and starts it. An open one has its rules in force then; one that guards has them in force when its worker
     * confirms the first policy.
     *
     * @throws LaunchFailed if it does not come up; then it is gone again
     */
    void make(String name, Kind kind) {
        network.ensure();
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        try {
            engine.call(
                    "make a sidecar",
                    client -> SidecarSpecs.apply(
                                    client.createContainerCmd(
                                            config.requireEgress().image()),
                                    name,
                                    kind,
                                    HexFormat.of().formatHex(key),
                                    network,
                                    config)
                            .exec());
        } catch (DockerException refused) {
            if (!DockerErrors.isConflict(refused)) {
                throw guardFailed("could not be made: " + DockerErrors.text(refused) + advice(refused), refused);
            }
            // An earlier call was interrupted and the engine went on with it.
        }
        try {
            start(name, kind, Instant.EPOCH);
        } catch (LaunchFailed failed) {
            containers.removeSidecar(name);
            throw failed;
        }
    }

    /** The same for one that waits for its sandbox: when this returns, a policy can be put in force without delay. */
    void makeReady(String name, Kind kind) {
        make(name, kind);
        if (kind == Kind.GUARDING) {
            try {
                Sidecar made = containers
                        .findSidecar(name)
                        .map(Sidecar::of)
                        .filter(Sidecar::running)
                        .orElseThrow(() -> didNotComeUp(name));
                tell(made, worker::rehearse);
            } catch (LaunchFailed | GuardUnavailable failed) {
                containers.removeSidecar(name);
                throw failed;
            }
        }
    }

    /** Starts one that stopped, with all that holds for {@link #make}. */
    void start(Sidecar stopped) {
        start(stopped.container(), stopped.kind(), stopped.stoppedAt());
    }

    void remove(Sidecar sidecar) {
        containers.removeSidecar(sidecar.container());
    }

    private void start(String nameOrId, Kind kind, Instant stoppedAt) {
        try {
            engine.call(
                    "start a sidecar",
                    client -> client.startContainerCmd(nameOrId).exec());
        } catch (DockerException refused) {
            if (!DockerErrors.isNotModified(refused)) {
                throw guardFailed("could not be started: " + DockerErrors.text(refused), refused);
            }
        }
        if (kind == Kind.OPEN
                && !containers.awaitLine(nameOrId, "rules in force", stoppedAt, EgressConfig.READY_TIMEOUT)) {
            throw didNotComeUp(nameOrId);
        }
    }

    /** Why one that was started does not run any more. */
    LaunchFailed didNotComeUp(String nameOrId) {
        return guardFailed("did not come up: " + String.join(" / ", containers.lastLines(nameOrId)), null);
    }

    /**
     * Gives a waiting sidecar to a sandbox.
     *
     * @return false if the sandbox has one already, or the waiting one is gone
     */
    boolean claim(String spare, SandboxId id) {
        try {
            engine.call(
                    "rename a sidecar",
                    client -> client.renameContainerCmd(spare)
                            .withName(SidecarSpecs.nameOf(id))
                            .exec());
            return true;
        } catch (DockerException refused) {
            if (DockerErrors.isConflict(refused) || DockerErrors.isNotFound(refused)) {
                return false;
            }
            throw DockerErrors.unavailable("rename a sidecar", refused);
        }
    }

    /** Tells the worker the policy of the sandbox; starts it if it is needed and was not until now. */
    void enforce(Sandbox sandbox) {
        find(sandbox.id()).ifPresent(sidecar -> enforce(sandbox, sidecar));
    }

    /** The same for a sidecar that was just looked up. */
    void enforce(Sandbox sandbox, Sidecar sidecar) {
        if (!sandbox.networkPolicy().restricts() && sandbox.policyRevision() == 0) {
            return;
        }
        if (!sidecar.running()) {
            throw new GuardUnavailable("The network guard of the sandbox does not run", null);
        }
        tell(sidecar, present -> worker.put(present, sandbox.networkPolicy(), sandbox.policyRevision()));
    }

    private interface Telling {
        void to(WorkerAddress worker) throws ConnectException;
    }

    private void tell(Sidecar sidecar, Telling telling) {
        long now = System.nanoTime();
        long deadline = now + ENFORCE_TIMEOUT.toNanos();
        // Where the worker runs from the beginning, it needs no call.
        long askAgain = sidecar.kind() == Kind.OPEN ? now : now + ASK_AGAIN.toNanos();
        while (true) {
            try {
                telling.to(sidecar.worker());
                return;
            } catch (ConnectException | GuardUnavailable notYet) {
                // The supervisor may have been about to wait when it was asked.
                if (System.nanoTime() - askAgain >= 0) {
                    wake(sidecar);
                    askAgain += ASK_AGAIN.toNanos();
                }
                awaitListener(sidecar, Math.min(askAgain, deadline));
                if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                    throw new GuardUnavailable(
                            "The network guard does not answer in time: " + notYet.getMessage(), notYet);
                }
            }
        }
    }

    private void awaitListener(Sidecar sidecar, long deadline) {
        do {
            LockSupport.parkNanos(POLL.toNanos());
        } while (!worker.isListening(sidecar.worker())
                && System.nanoTime() - deadline < 0
                && !Thread.currentThread().isInterrupted());
    }

    /** Asks the supervisor to start the worker; does nothing if it did already. */
    private void wake(Sidecar sidecar) {
        try {
            engine.call(
                    "wake a sidecar",
                    client -> client.killContainerCmd(sidecar.container())
                            .withSignal("USR1")
                            .exec());
        } catch (DockerException refused) {
            if (DockerErrors.isConflict(refused)) {
                throw new GuardUnavailable("The network guard ended", refused);
            }
            throw DockerErrors.unavailable("wake a sidecar", refused);
        }
    }

    /** A sidecar without a worker was told no policy. */
    Optional<EnforcedPolicy> findEnforced(SandboxId id) {
        Optional<Sidecar> running = find(id).filter(Sidecar::running);
        try {
            return running.isEmpty()
                    ? Optional.empty()
                    : worker.find(running.get().worker());
        } catch (ConnectException noWorker) {
            return Optional.empty();
        }
    }

    /** A sidecar without a worker decided nothing that could be told. */
    NetworkDecisions decisions(SandboxId id, @Nullable Action verdict, int atMost) {
        Optional<Sidecar> running = find(id).filter(Sidecar::running);
        try {
            return running.isEmpty()
                    ? NetworkDecisions.none()
                    : worker.decisions(running.get().worker(), verdict, atMost);
        } catch (ConnectException noWorker) {
            return NetworkDecisions.none();
        }
    }

    /** What is known of a sidecar that ended, in a sentence. */
    String obituary(SandboxId id) {
        String name = SidecarSpecs.nameOf(id);
        Optional<InspectContainerResponse> dead = containers.findSidecar(name);
        return dead.isEmpty()
                ? "The sidecar that guarded its network was removed; the sandbox was stopped"
                : "The sidecar that guarded its network ended; the sandbox was stopped. Last output: "
                        + String.join(" / ", containers.lastLines(name));
    }

    private static String advice(DockerException refused) {
        return DockerErrors.isNotFound(refused)
                ? ". Its operator should start the server by ./run, which makes the image, or set egress.image"
                : "";
    }

    private LaunchFailed guardFailed(String what, @Nullable Throwable cause) {
        // An engine that is being stopped refuses, too, which says nothing about the sandbox.
        engine.requireListening();
        return new LaunchFailed(StatusReason.RUNTIME_ERROR, "The sidecar that guards the network " + what, cause);
    }
}
