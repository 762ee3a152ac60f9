package dev.sandkeep.adapters.k8s;

import dev.sandkeep.adapters.runtime.SidecarWorker;
import dev.sandkeep.adapters.runtime.WorkerAddress;
import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.GuardUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The sidecars that guard the networks of Pods. What is to hold is written into the Secret of a Pod before its sidecar is
 * told, so that one which is started again knows it. Thread-safe.
 */
final class PodGuards {

    private static final Duration WORKER_TIMEOUT = Duration.ofSeconds(5);
    /** A worker is a program that has to be started, on a node that may be very busy. */
    private static final Duration ENFORCE_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(25);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);
    private static final int KEY_BYTES = 32;
    private static final int MOST_ROUNDS = 20;

    private final Cluster cluster;
    private final PodStore pods;
    private final PodPorts ports;
    private final String instance;
    private final SecureRandom random = new SecureRandom();
    private final SidecarWorker worker = new SidecarWorker(WORKER_TIMEOUT);

    PodGuards(Cluster cluster, PodStore pods, PodPorts ports, String instance) {
        this.cluster = cluster;
        this.pods = pods;
        this.ports = ports;
        this.instance = instance;
    }

    String newKey() {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return HexFormat.of().formatHex(key);
    }

    /** A Pod that was made while nothing was guarded has no sidecar, and is left alone. */
    void enforce(Sandbox sandbox) {
        if (!sandbox.networkPolicy().restricts() && sandbox.policyRevision() == 0) {
            return;
        }
        Optional<Pod> guarded = pods.findAddressed(sandbox.id()).filter(PodGuards::isGuarded);
        if (guarded.isEmpty()) {
            return;
        }
        note(sandbox, guarded.get())
                .filter(_ -> isSidecarUp(guarded.get()))
                .ifPresent(key -> tell(sandbox, guarded.get(), key));
    }

    private static boolean isGuarded(Pod pod) {
        return PodObservations.sidecar(pod).isPresent()
                || pod.getSpec().getVolumes().stream()
                        .anyMatch(volume -> volume.getName().equals(SidecarSpecs.GATE_VOLUME));
    }

    /** One that does not run yet will find the policy when it starts. */
    private static boolean isSidecarUp(Pod pod) {
        return PodObservations.sidecar(pod)
                .map(ContainerStatus::getState)
                .map(ContainerState::getRunning)
                .isPresent();
    }

    /**
     * Writes the policy into the Secret, unless a newer one is there; the key that is in there. Nothing if the Secret is
     * still to be made by the launch, which alone has the credentials that belong into it.
     */
    private Optional<String> note(Sandbox sandbox, Pod pod) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            try {
                return noted(sandbox, pod).map(PodGuards::requireKey);
            } catch (KubernetesClientException refused) {
                if (!KubernetesErrors.isConflict(refused)) {
                    throw KubernetesErrors.unavailable("write a Secret", refused);
                }
                // Another writer got on; or the name is taken by what is not ours.
            }
        }
        throw new GuardUnavailable(
                "The Secret " + PodSpecs.nameOf(sandbox.id()) + " cannot be written: others change it all the time, or"
                        + " it was not made by this server",
                null);
    }

    private static String requireKey(Secret noted) {
        String key = PodSecrets.keyOf(noted);
        if (key == null) {
            throw new GuardUnavailable("The Secret of the sandbox has no key any more", null);
        }
        return key;
    }

    private Optional<Secret> noted(Sandbox sandbox, Pod pod) {
        Optional<Secret> present = pods.findSecret(sandbox.id());
        if (present.isEmpty()) {
            return sandbox.spec().source().authenticated() && !isSidecarUp(pod)
                    ? Optional.empty()
                    : Optional.of(pods.create(PodSecrets.withPolicy(
                            PodSecrets.of(instance, sandbox.id(), pod, newKey()),
                            sandbox.networkPolicy(),
                            sandbox.policyRevision())));
        }
        if (!PodSecrets.isOf(present.get(), pod)) {
            throw new GuardUnavailable("The Secret of an earlier Pod of the sandbox is still being removed", null);
        }
        return PodSecrets.revisionOf(present.get()) >= sandbox.policyRevision()
                ? present
                : Optional.of(pods.update(
                        PodSecrets.withPolicy(present.get(), sandbox.networkPolicy(), sandbox.policyRevision())));
    }

    private void tell(Sandbox sandbox, Pod pod, String key) {
        long now = System.nanoTime();
        long deadline = now + ENFORCE_TIMEOUT.toNanos();
        long wakeAt = now;
        while (true) {
            try {
                worker.put(addressOf(pod, key), sandbox.networkPolicy(), sandbox.policyRevision());
                return;
            } catch (ConnectException | GuardUnavailable notYet) {
                now = System.nanoTime();
                if (now - wakeAt >= 0) {
                    wake(pod, key);
                    wakeAt = System.nanoTime() + ASK_AGAIN.toNanos();
                }
                awaitListener(addressOf(pod, key), Math.min(wakeAt, deadline));
                if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                    throw new GuardUnavailable(
                            "The network guard does not answer in time: " + notYet.getMessage(), notYet);
                }
            }
        }
    }

    private void awaitListener(WorkerAddress address, long until) {
        do {
            LockSupport.parkNanos(POLL.toNanos());
        } while (!worker.isListening(address)
                && System.nanoTime() - until < 0
                && !Thread.currentThread().isInterrupted());
    }

    private WorkerAddress addressOf(Pod pod, String key) {
        InetSocketAddress reached = ports.find(pod, WorkerAddress.PORT)
                .orElseThrow(() -> new GuardUnavailable("The network guard has no address yet", null));
        return new WorkerAddress(reached.getAddress().getHostAddress(), reached.getPort(), key);
    }

    /** Has the supervisor start the worker; does nothing if it did already. The key is in no argument of a process. */
    private void wake(Pod pod, String key) {
        try (ExecWatch exec = cluster.call(
                "wake a sidecar",
                client -> client.pods()
                        .inNamespace(cluster.namespace())
                        .withName(pod.getMetadata().getName())
                        .inContainer(SidecarSpecs.SIDECAR)
                        .redirectingInput()
                        .exec(SidecarSpecs.WAKE.toArray(String[]::new)))) {
            exec.getInput().write((key + "\n").getBytes(StandardCharsets.US_ASCII));
            exec.getInput().flush();
            Integer code = exec.exitCode().get(WORKER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (code == null || code != 0) {
                throw new GuardUnavailable("The network guard could not be woken; exit code " + code, null);
            }
        } catch (KubernetesClientException | IOException | ExecutionException | TimeoutException refused) {
            throw new GuardUnavailable("The network guard could not be woken", refused);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new GuardUnavailable("The network guard was not waited for", stopped);
        }
    }

    /** A sidecar without a key was told no policy. */
    Optional<EnforcedPolicy> findEnforced(SandboxId id) {
        try {
            Optional<WorkerAddress> address = find(id);
            return address.isEmpty() ? Optional.empty() : worker.find(address.get());
        } catch (ConnectException noWorker) {
            return Optional.empty();
        }
    }

    /** A sidecar without a key decided nothing that could be told. */
    NetworkDecisions decisions(SandboxId id, @Nullable Action verdict, int atMost) {
        try {
            Optional<WorkerAddress> address = find(id);
            return address.isEmpty() ? NetworkDecisions.none() : worker.decisions(address.get(), verdict, atMost);
        } catch (ConnectException noWorker) {
            return NetworkDecisions.none();
        }
    }

    private Optional<WorkerAddress> find(SandboxId id) {
        Optional<Pod> pod = pods.findAddressed(id).filter(PodGuards::isSidecarUp);
        if (pod.isEmpty()) {
            return Optional.empty();
        }
        return pods.findSecret(id)
                .flatMap(secret -> Optional.ofNullable(PodSecrets.keyOf(secret)))
                .map(key -> addressOf(pod.get(), key));
    }
}
