package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxException.RemovalUnconfirmed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The Pods of one instance, and their Secrets. Never looks at, nor touches, what does not carry the instance's label.
 * Looks into what the watch shows, and asks the cluster only for what is not there. Thread-safe.
 */
final class PodStore {

    /** How long the cluster may take to be connected to, for the first call. */
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** How long a node may take to end a Pod. */
    private static final Duration END = Duration.ofSeconds(10);

    /** How long the address of a Pod may take that began: its node tells once a second. */
    private static final Duration ADDRESS = Duration.ofSeconds(5);

    /** How long a Pod is waited for whose node should have ended it long ago. */
    private static final Duration OVERDUE = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final String instance;
    private final Pods pods;
    private final Duration callTimeout;
    private final InstantSource clock;
    private final PodWarnings warnings;

    PodStore(Cluster cluster, KubernetesConfig config, Pods pods, InstantSource clock) {
        this.cluster = cluster;
        this.instance = config.instance();
        this.pods = pods;
        this.callTimeout = config.timeouts().call();
        this.clock = clock;
        this.warnings = new PodWarnings(cluster);
    }

    /** @throws RuntimeUnavailable if the cluster cannot be reached */
    void requireConnection() {
        pods.awaitConnection(callTimeout.compareTo(CONNECT) < 0 ? callTimeout : CONNECT);
    }

    Optional<Pod> find(SandboxId id) {
        requireConnection();
        Optional<Pod> seen = pods.find(PodSpecs.nameOf(id));
        // The watch may be a moment behind, which must not look as if a sandbox were lost.
        return seen.isPresent() ? seen : get(PodSpecs.nameOf(id)).filter(pod -> isOf(pod, id));
    }

    /** The same; one that runs gets its address a moment after it began, which is waited for. */
    Optional<Pod> findAddressed(SandboxId id) {
        Optional<Pod> found = find(id);
        if (found.filter(PodStore::awaitsAddress).isEmpty()) {
            return found;
        }
        var _ = pods.await(PodSpecs.nameOf(id), pod -> pod == null || !awaitsAddress(pod), ADDRESS);
        return find(id);
    }

    private static boolean awaitsAddress(Pod pod) {
        return PodObservations.of(pod) instanceof Observation.Running
                && PodObservations.given(PodObservations.statusOf(pod).getPodIP())
                        .isEmpty();
    }

    private boolean isOf(Pod pod, SandboxId id) {
        return PodNotes.belongsTo(instance, pod)
                && PodNotes.sandboxId(pod).filter(id::equals).isPresent();
    }

    /** Every Pod of this instance. */
    List<Pod> list() {
        requireConnection();
        return pods.list();
    }

    private Optional<Pod> get(String name) {
        try {
            return Optional.ofNullable(cluster.call(
                    "get a Pod",
                    client -> client.pods()
                            .inNamespace(cluster.namespace())
                            .withName(name)
                            .get()));
        } catch (KubernetesClientException refused) {
            throw KubernetesErrors.unavailable("get a Pod", refused);
        }
    }

    /**
     * Makes a Pod; if there is one of its name, that is returned.
     *
     * @throws KubernetesClientException if the API server refuses
     */
    Pod create(Pod pod, SandboxId id) {
        try {
            return cluster.call(
                    "make a Pod",
                    client -> client.pods()
                            .inNamespace(cluster.namespace())
                            .resource(pod)
                            .create());
        } catch (KubernetesClientException refused) {
            // By ourselves, if an earlier call was interrupted and the API server went on with it.
            if (KubernetesErrors.isConflict(refused)) {
                Optional<Pod> present = get(PodSpecs.nameOf(id)).filter(found -> isOf(found, id));
                if (present.isPresent()) {
                    return present.get();
                }
            }
            throw refused;
        }
    }

    /**
     * Deletes the Pod and returns when its node has ended its processes.
     *
     * @throws RemovalUnconfirmed if the API server refuses or fails at it, or that is not confirmed in time, for example
     *     since the node is away
     */
    void remove(SandboxId id) {
        remove(PodSpecs.nameOf(id));
    }

    void remove(String name) {
        remove(name, removalLimit());
    }

    void remove(String name, Duration limit) {
        requireConnection();
        Optional<Pod> seen = pods.find(name);
        boolean shown = seen.isPresent();
        Optional<Pod> present = seen.or(() -> get(name)).filter(pod -> PodNotes.belongsTo(instance, pod));
        if (present.isEmpty()) {
            return;
        }
        if (!isEnding(present.get())) {
            delete(name);
        }
        String uid = present.get().getMetadata().getUid();
        Duration patience = isOverdue(present.get()) ? OVERDUE : limit;
        boolean gone = shown
                ? pods.await(
                        name,
                        pod -> pod == null || !uid.equals(pod.getMetadata().getUid()),
                        patience)
                : awaitGone(name, patience);
        if (!gone) {
            throw new RemovalUnconfirmed(
                    "The node of Pod " + name + " did not confirm its end within " + limit.toSeconds() + " s", null);
        }
    }

    /** Whether it was told to end as soon as we would tell it; somebody may have left it more time. */
    private static boolean isEnding(Pod pod) {
        Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        return PodObservations.isBeingDeleted(pod) && (grace == null || grace <= PodSpecs.GRACE_SECONDS);
    }

    private void delete(String name) {
        try {
            // Each container is told to end, and ended a second later.
            cluster.call(
                    "delete a Pod",
                    client -> client.pods()
                            .inNamespace(cluster.namespace())
                            .withName(name)
                            .withGracePeriod(PodSpecs.GRACE_SECONDS)
                            .delete());
        } catch (KubernetesClientException refused) {
            if (!KubernetesErrors.isNotFound(refused)) {
                throw KubernetesErrors.unremoved("delete Pod " + name, refused);
            }
        } catch (RuntimeUnavailable failed) {
            KubernetesClientException answer =
                    KubernetesErrors.serverError(failed).orElseThrow(() -> failed);
            // An API server that is away cannot tell of the Pod either, which ends this as an outage.
            if (get(name).filter(pod -> !PodObservations.isBeingDeleted(pod)).isPresent()) {
                throw KubernetesErrors.unremoved("delete Pod " + name, answer);
            }
        }
    }

    /**
     * Whether its node should have ended it long ago, so that it was waited for before. A node that is away must not make
     * a sweep wait that long for each of its Pods, again and again.
     */
    boolean isOverdue(Pod pod) {
        String due = pod.getMetadata().getDeletionTimestamp();
        return due != null && Instant.parse(due).plus(removalLimit()).isBefore(clock.instant());
    }

    private Duration removalLimit() {
        return END.plus(callTimeout);
    }

    /** What the cluster warned of last about a Pod; empty if it did not, or this server may not see it. */
    Optional<String> findWarnings(Pod pod) {
        return warnings.find(pod);
    }

    /** Of one that the watch has not shown yet. */
    private boolean awaitGone(String name, Duration limit) {
        try {
            cluster.call(
                    "watch a Pod",
                    client -> client.pods()
                            .inNamespace(cluster.namespace())
                            .withName(name)
                            .waitUntilCondition(Objects::isNull, limit.toMillis(), TimeUnit.MILLISECONDS));
            return true;
        } catch (KubernetesClientTimeoutException late) {
            return false;
        } catch (KubernetesClientException refused) {
            throw KubernetesErrors.unavailable("watch a Pod", refused);
        }
    }

    Optional<Secret> findSecret(SandboxId id) {
        try {
            return Optional.ofNullable(cluster.call(
                            "get a Secret",
                            client -> client.secrets()
                                    .inNamespace(cluster.namespace())
                                    .withName(PodSpecs.nameOf(id))
                                    .get()))
                    .filter(secret -> PodNotes.belongsTo(instance, secret));
        } catch (KubernetesClientException refused) {
            throw KubernetesErrors.unavailable("get a Secret", refused);
        }
    }

    /** @throws KubernetesClientException if the API server refuses, for example since there is one */
    Secret create(Secret secret) {
        return cluster.call(
                "make a Secret",
                client -> client.secrets()
                        .inNamespace(cluster.namespace())
                        .resource(secret)
                        .create());
    }

    /** @throws KubernetesClientException if the API server refuses, for example since somebody was faster */
    Secret update(Secret secret) {
        return cluster.call(
                "change a Secret",
                client -> client.secrets()
                        .inNamespace(cluster.namespace())
                        .resource(secret)
                        .update());
    }
}
