package dev.sandkeep.adapters.k8s;

import static java.util.Objects.requireNonNullElse;

import dev.sandkeep.domain.sandbox.SandboxException.RemovalUnconfirmed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.volume.AccessMode;
import dev.sandkeep.domain.volume.StorageRequest;
import dev.sandkeep.domain.volume.Volume;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The persistent volume claims that users name. Only one that this instance made for a sandbox is ever deleted. Thread-safe. */
final class Claims {

    private static final Logger log = LoggerFactory.getLogger(Claims.class);

    private static final long PAGE = 500;

    /** A claim is changed a few times while it is given a volume. */
    private static final int MOST_ROUNDS = 20;

    private final Cluster cluster;
    private final KubernetesConfig config;

    Claims(Cluster cluster, KubernetesConfig config) {
        this.cluster = cluster;
        this.config = config;
    }

    Optional<PersistentVolumeClaim> find(String name) {
        try {
            return Optional.ofNullable(cluster.call(
                    "get a volume claim",
                    client -> client.persistentVolumeClaims()
                            .inNamespace(cluster.namespace())
                            .withName(name)
                            .get()));
        } catch (KubernetesClientException refused) {
            throw KubernetesErrors.unavailable("get a volume claim", refused);
        }
    }

    /** Whether it is of another server in the namespace, whose sandboxes are none of our business. */
    boolean isForeign(PersistentVolumeClaim claim) {
        return PodNotes.instanceOf(claim)
                .filter(instance -> !instance.equals(config.instance()))
                .isPresent();
    }

    /**
     * Makes a claim.
     *
     * @return whether it was not there before
     * @throws KubernetesClientException if the API server refuses
     */
    boolean create(Volume.Named volume, SandboxId madeFor) {
        PersistentVolumeClaim claim = of(volume, madeFor);
        try {
            cluster.call(
                    "make a volume claim",
                    client -> client.persistentVolumeClaims()
                            .inNamespace(cluster.namespace())
                            .resource(claim)
                            .create());
            return true;
        } catch (KubernetesClientException refused) {
            if (KubernetesErrors.isConflict(refused)) {
                return false;
            }
            throw refused;
        }
    }

    private PersistentVolumeClaim of(Volume.Named volume, SandboxId madeFor) {
        StorageRequest request = volume.request();
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(volume.claimName())
                .withLabels(PodNotes.labelsOfClaim(config.instance(), madeFor, volume.deleteOnSandboxTermination()))
                .endMetadata()
                .withNewSpec()
                .withAccessModes(
                        request.accessModes().isEmpty()
                                ? List.of(AccessMode.READ_WRITE_ONCE.word())
                                : request.accessModes().stream()
                                        .map(AccessMode::word)
                                        .toList())
                .withStorageClassName(
                        request.storageClass() == null ? config.pods().storageClass() : request.storageClass())
                .withNewResources()
                .withRequests(Map.of(
                        "storage",
                        Quantity.parse(requireNonNullElse(
                                request.storage(), config.pods().storage()))))
                .endResources()
                .endSpec()
                .build();
    }

    /** The names of the claims that are to go with their sandbox; of all sandboxes if none is named. */
    List<PersistentVolumeClaim> listRemnants(@Nullable SandboxId id) {
        try {
            return cluster.call(
                    "list volume claims",
                    client -> client.persistentVolumeClaims()
                            .inNamespace(cluster.namespace())
                            .withLabels(selector(id))
                            .list()
                            .getItems());
        } catch (KubernetesClientException refused) {
            throw KubernetesErrors.unavailable("list volume claims", refused);
        }
    }

    private Map<String, String> selector(@Nullable SandboxId id) {
        return id == null
                ? Map.of(PodNotes.INSTANCE, config.instance(), PodNotes.DELETE_WITH_SANDBOX, "true")
                : Map.of(
                        PodNotes.INSTANCE,
                        config.instance(),
                        PodNotes.DELETE_WITH_SANDBOX,
                        "true",
                        PodNotes.SANDBOX_ID,
                        id.value());
    }

    /** Deletes what is to go with the sandbox, and waits until it is gone, unless another Pod uses it. */
    void removeRemnants(SandboxId id) {
        for (PersistentVolumeClaim claim : listRemnants(id)) {
            remove(claim.getMetadata().getName(), id);
        }
    }

    /** Whether any Pod in the namespace mounts it, whoever made that. */
    private boolean isMounted(String name) {
        String next = null;
        do {
            String from = next;
            PodList page = listPods(from);
            if (page.getItems().stream().anyMatch(pod -> mounts(pod, name))) {
                return true;
            }
            next = PodObservations.given(page.getMetadata().getContinue()).orElse(null);
        } while (next != null);
        return false;
    }

    private PodList listPods(@Nullable String from) {
        try {
            return cluster.call(
                    "list Pods",
                    client -> client.pods()
                            .inNamespace(cluster.namespace())
                            .list(new ListOptionsBuilder()
                                    .withLimit(PAGE)
                                    .withContinue(from)
                                    .build()));
        } catch (KubernetesClientException refused) {
            throw KubernetesErrors.unavailable("list Pods", refused);
        }
    }

    private static boolean mounts(Pod pod, String claim) {
        return pod.getSpec().getVolumes().stream()
                .anyMatch(volume -> volume.getPersistentVolumeClaim() != null
                        && claim.equals(volume.getPersistentVolumeClaim().getClaimName()));
    }

    /** Deletes a claim that was made for this sandbox. Idempotent. */
    void remove(String name, SandboxId madeFor) {
        remove(name, madeFor, _ -> false);
    }

    /**
     * The same, unless any Pod mounts it. One that is made between the look at Pods and the deletion is not seen; the
     * claim stays if it was changed meanwhile, for example since it was given a volume for that Pod.
     */
    void removeUnused(String name, SandboxId madeFor) {
        remove(name, madeFor, this::isMounted);
    }

    private void remove(String name, SandboxId madeFor, Predicate<String> kept) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Optional<PersistentVolumeClaim> claim = find(name)
                    .filter(found -> PodNotes.belongsTo(config.instance(), found)
                            && PodNotes.sandboxId(found).filter(madeFor::equals).isPresent());
            if (claim.isEmpty() || kept.test(name)) {
                return;
            }
            if (delete(claim.get())) {
                awaitGone(name, config.timeouts().call());
                return;
            }
        }
        throw new RemovalUnconfirmed(
                "Volume claim " + name + " cannot be deleted: others change it all the time", null);
    }

    /** Whether it is as it was seen, and is being deleted now. */
    private boolean delete(PersistentVolumeClaim seen) {
        String name = seen.getMetadata().getName();
        try {
            cluster.call(
                    "delete a volume claim",
                    client -> client.persistentVolumeClaims()
                            .inNamespace(cluster.namespace())
                            .withName(name)
                            .lockResourceVersion(seen.getMetadata().getResourceVersion())
                            .delete());
            return true;
        } catch (KubernetesClientException refused) {
            if (KubernetesErrors.isConflict(refused)) {
                return false;
            }
            if (!KubernetesErrors.isNotFound(refused)) {
                throw KubernetesErrors.unremoved("delete volume claim " + name, refused);
            }
            return true;
        } catch (RuntimeUnavailable failed) {
            KubernetesClientException answer =
                    KubernetesErrors.serverError(failed).orElseThrow(() -> failed);
            // An API server that is away cannot tell of the claim either, which ends this as an outage.
            if (find(name).isPresent()) {
                throw KubernetesErrors.unremoved("delete volume claim " + name, answer);
            }
            return true;
        }
    }

    private void awaitGone(String name, Duration limit) {
        try {
            cluster.call(
                    "delete a volume claim",
                    client -> client.persistentVolumeClaims()
                            .inNamespace(cluster.namespace())
                            .withName(name)
                            .waitUntilCondition(Objects::isNull, limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (KubernetesClientTimeoutException used) {
            log.info("Volume claim {} goes when no other Pod uses it any more", name);
        } catch (KubernetesClientException refused) {
            throw KubernetesErrors.unavailable("watch a volume claim", refused);
        }
    }
}
