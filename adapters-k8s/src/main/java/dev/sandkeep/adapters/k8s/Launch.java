package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.volume.Volume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One attempt to make a sandbox run. Remembers what it began, to undo it when it fails. Not thread-safe; used once. */
final class Launch {

    private final PodStore store;
    private final Pods pods;
    private final Claims claims;
    private final @Nullable PodGuards guards;
    private final PodSpecs specs;
    private final KubernetesConfig config;
    private final Sandbox sandbox;
    private final SandboxId id;
    private final ImageNotes.@Nullable Note image;
    private final long begunAt = System.nanoTime();
    private boolean shown;
    private final List<String> madeClaims = new ArrayList<>();

    /** @param image what was noted about its image, or null for nothing */
    Launch(
            PodStore store,
            Pods pods,
            Claims claims,
            @Nullable PodGuards guards,
            PodSpecs specs,
            KubernetesConfig config,
            Sandbox sandbox,
            ImageNotes.@Nullable Note image) {
        this.store = store;
        this.pods = pods;
        this.claims = claims;
        this.guards = guards;
        this.specs = specs;
        this.config = config;
        this.sandbox = sandbox;
        this.id = sandbox.id();
        this.image = image;
    }

    /** @throws LaunchFailed if it cannot be made; then everything that was begun is undone */
    void run() {
        Optional<Pod> present = store.find(id);
        if (present.isPresent() && isOver(present.get())) {
            return;
        }
        try {
            Pod pod = present.isPresent() ? present.get() : create();
            ensureSecret(pod);
            await();
        } catch (LaunchFailed failed) {
            throw undone(failed);
        } catch (KubernetesClientException refused) {
            throw undone(new LaunchFailed(
                    StatusReason.RUNTIME_ERROR, "The cluster refused: " + KubernetesErrors.text(refused), refused));
        } catch (InvalidValue changed) {
            // It was admitted, so what the operator allows was changed since.
            throw undone(new LaunchFailed(StatusReason.RUNTIME_ERROR, String.valueOf(changed.getMessage()), changed));
        }
    }

    /**
     * Whether there is nothing to do; what ended is not begun again. One that is recorded as Pending ended before anybody
     * noted that it began, so that its launch succeeded and its end is still to be noted.
     */
    private boolean isOver(Pod pod) {
        boolean restarted = !(sandbox.state() instanceof Pending);
        return switch (LaunchProgress.of(pod, imageName())) {
            case LaunchProgress.Started _ -> {
                if (restarted && PodObservations.of(pod) instanceof Observation.Exited) {
                    throw ended();
                }
                yield true;
            }
            case LaunchProgress.Refused refused -> {
                if (restarted
                        && PodObservations.sandbox(pod)
                                .filter(status -> status.getState() != null
                                        && status.getState().getTerminated() != null)
                                .isPresent()) {
                    throw ended();
                }
                // An earlier attempt, which could not undo it.
                throw undone(new LaunchFailed(refused.reason(), refused.why(), null));
            }
            case LaunchProgress.Deleted _ ->
                throw new RuntimeUnavailable("The Pod of an earlier attempt is still being removed", null);
            case LaunchProgress.Waiting _, LaunchProgress.Unschedulable _ -> false;
        };
    }

    private static LaunchFailed ended() {
        return new LaunchFailed(
                StatusReason.RUNTIME_ERROR,
                "It ended, and Kubernetes does not start it again with its files; create another sandbox",
                null);
    }

    private Pod create() {
        for (Volume volume : sandbox.spec().volumes()) {
            if (volume instanceof Volume.Named named) {
                obtain(named);
            }
        }
        return store.create(specs.of(sandbox, image != null && image.verifies(), need()), id);
    }

    private PodSecrets.Need need() {
        return new PodSecrets.Need(
                credentials() != null,
                guards != null && (sandbox.networkPolicy().restricts() || sandbox.policyRevision() > 0));
    }

    private @Nullable RegistryCredentials credentials() {
        return image == null ? null : image.credentials();
    }

    private void obtain(Volume.Named volume) {
        if (claims.find(volume.claimName()).isPresent()) {
            return;
        }
        if (!volume.createIfNotExists()) {
            throw new LaunchFailed(
                    StatusReason.RUNTIME_ERROR,
                    "volume " + volume.name() + ": there is no volume claim " + volume.claimName() + " any more",
                    null);
        }
        if (claims.create(volume, id)) {
            madeClaims.add(volume.claimName());
        }
    }

    /** The Pod waits for it, so an attempt that was interrupted before this harmed nobody. */
    private void ensureSecret(Pod pod) {
        PodSecrets.Need need = need();
        if (!need.any()) {
            return;
        }
        Secret secret = PodSecrets.of(config.instance(), id, pod, guards == null ? "" : guards.newKey());
        if (need.guards()) {
            secret = PodSecrets.withPolicy(secret, sandbox.networkPolicy(), sandbox.policyRevision());
        }
        RegistryCredentials credentials = credentials();
        if (credentials != null && sandbox.spec().source() instanceof Source.Image from) {
            secret = PodSecrets.withCredentials(secret, from.reference(), credentials);
        }
        make(secret, pod);
    }

    private void make(Secret secret, Pod pod) {
        try {
            store.create(secret);
        } catch (KubernetesClientException refused) {
            if (!KubernetesErrors.isConflict(refused)) {
                throw refused;
            }
            Optional<Secret> present = store.findSecret(id);
            if (present.isEmpty()) {
                // It went meanwhile, or is nobody's whom we know, which a second refusal tells.
                store.create(secret);
            } else if (!PodSecrets.isOf(present.get(), pod)) {
                throw new RuntimeUnavailable(
                        "The Secret of an earlier Pod of the sandbox is still being removed", refused);
            }
            // Else an earlier attempt made it, or somebody who changed the policy meanwhile.
        }
    }

    private void await() {
        Duration schedule = config.timeouts().schedule();
        if (!await(pod -> isDecided(pod) || isScheduled(pod), schedule)) {
            throw late(
                    progress() instanceof LaunchProgress.Unschedulable none
                            ? "No node takes it: " + none.why()
                            : "No node was found for it",
                    schedule);
        }
        Duration launch = config.timeouts().launch();
        var _ = await(this::isDecided, launch);
        switch (progress()) {
            case LaunchProgress.Started _ -> {}
            case LaunchProgress.Refused refused -> throw new LaunchFailed(refused.reason(), refused.why(), null);
            case LaunchProgress.Deleted _ ->
                throw new LaunchFailed(
                        StatusReason.RUNTIME_ERROR, "Its Pod was removed while it was being started", null);
            case LaunchProgress.Waiting waiting ->
                throw late("It did not start: " + waiting.why() + warnings(), launch);
            case LaunchProgress.Unschedulable none -> throw late("It did not start: " + none.why(), launch);
        }
    }

    private String warnings() {
        return pods.find(PodSpecs.nameOf(id))
                .flatMap(store::findWarnings)
                .map(said -> "; the cluster says: " + said)
                .orElse("");
    }

    private LaunchProgress progress() {
        return pods.find(PodSpecs.nameOf(id))
                .map(pod -> LaunchProgress.of(pod, imageName()))
                .orElseGet(LaunchProgress.Deleted::new);
    }

    /** The watch may show the Pod a moment later; once it did, its absence means that it is gone. */
    private boolean await(Predicate<Pod> wanted, Duration limit) {
        return pods.await(
                PodSpecs.nameOf(id),
                pod -> {
                    if (pod == null) {
                        return shown;
                    }
                    shown = true;
                    return wanted.test(pod);
                },
                left(limit));
    }

    private static LaunchFailed late(String what, Duration limit) {
        return new LaunchFailed(StatusReason.PROVISION_TIMEOUT, what + " (after " + limit.toSeconds() + " s)", null);
    }

    private static boolean isScheduled(Pod pod) {
        return PodObservations.given(pod.getSpec().getNodeName()).isPresent();
    }

    private boolean isDecided(Pod pod) {
        return switch (LaunchProgress.of(pod, imageName())) {
            case LaunchProgress.Started _, LaunchProgress.Refused _, LaunchProgress.Deleted _ -> true;
            case LaunchProgress.Waiting _, LaunchProgress.Unschedulable _ -> false;
        };
    }

    private Duration left(Duration limit) {
        return limit.minusNanos(System.nanoTime() - begunAt);
    }

    private String imageName() {
        return sandbox.spec().source() instanceof Source.Image from
                ? from.reference().text()
                : sandbox.spec().source().toString();
    }

    private LaunchFailed undone(LaunchFailed failed) {
        store.remove(id);
        claims.removeRemnants(id);
        // This sandbox wrote nothing into these, so they go whatever was asked for, unless another one uses them by
        // now.
        madeClaims.forEach(claim -> claims.removeUnused(claim, id));
        return failed;
    }
}
