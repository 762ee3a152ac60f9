package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.StatusReason;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
     * Makes one and returns its name when its rules are in force.
     *
     * @throws LaunchFailed if it does not come up; then it is gone again
     */
    void make(String name, SidecarSpecs.Kind kind) {
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
            start(name);
        } catch (LaunchFailed failed) {
            containers.removeSidecar(name);
            throw failed;
        }
    }

    /** Starts it unless it runs; returns when its rules are in force. */
    void start(String name) {
        try {
            engine.call(
                    "start a sidecar", client -> client.startContainerCmd(name).exec());
        } catch (DockerException refused) {
            if (!DockerErrors.isNotModified(refused)) {
                throw guardFailed("could not be started: " + DockerErrors.text(refused), refused);
            }
        }
        if (!containers.awaitLine(name, "rules in force", EgressConfig.READY_TIMEOUT)) {
            throw guardFailed("did not come up: " + String.join(" / ", containers.lastLines(name)), null);
        }
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
        Optional<Sidecar> sidecar = find(sandbox.id());
        if (sidecar.isEmpty() || (!sandbox.networkPolicy().restricts() && sandbox.policyRevision() == 0)) {
            return;
        }
        if (!sidecar.get().running()) {
            throw new RuntimeUnavailable("The network guard of the sandbox does not run", null);
        }
        long deadline = System.nanoTime() + ENFORCE_TIMEOUT.toNanos();
        long askAgain = System.nanoTime();
        while (true) {
            try {
                worker.put(sidecar.get(), sandbox.networkPolicy(), sandbox.policyRevision());
                return;
            } catch (IOException notListening) {
                // The supervisor may have been about to wait when it was asked.
                if (System.nanoTime() - askAgain >= 0) {
                    wake(sidecar.get());
                    askAgain += ASK_AGAIN.toNanos();
                }
                if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                    throw new RuntimeUnavailable("The network guard does not answer", notListening);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL.toMillis()));
            }
        }
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
            throw DockerErrors.unavailable("wake a sidecar", refused);
        }
    }

    /** A sidecar without a worker was told no policy. */
    Optional<EnforcedPolicy> findEnforced(SandboxId id) {
        Optional<Sidecar> running = find(id).filter(Sidecar::running);
        try {
            return running.isEmpty() ? Optional.empty() : worker.find(running.get());
        } catch (IOException notListening) {
            return Optional.empty();
        }
    }

    /** A sidecar without a worker decided nothing that could be told. */
    NetworkDecisions decisions(SandboxId id, @Nullable Action verdict, int atMost) {
        Optional<Sidecar> running = find(id).filter(Sidecar::running);
        try {
            return running.isEmpty() ? NetworkDecisions.none() : worker.decisions(running.get(), verdict, atMost);
        } catch (IOException notListening) {
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

    private static LaunchFailed guardFailed(String what, @Nullable Throwable cause) {
        return new LaunchFailed(StatusReason.RUNTIME_ERROR, "The sidecar that guards the network " + what, cause);
    }
}
