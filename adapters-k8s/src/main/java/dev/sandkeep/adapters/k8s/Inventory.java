package dev.sandkeep.adapters.k8s;

import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the cluster has of one instance: Pods, and claims whose Pods are gone. Thread-safe. */
final class Inventory {

    private final PodStore store;
    private final Claims claims;
    private final InstantSource clock;

    Inventory(PodStore store, Claims claims, InstantSource clock) {
        this.store = store;
        this.claims = claims;
        this.clock = clock;
    }

    Observation observe(SandboxId id) {
        return store.find(id)
                .map(PodObservations::of)
                .orElseGet(() -> leavesRemnant(id) ? new Observation.Remnant() : new Observation.Missing());
    }

    private boolean leavesRemnant(SandboxId id) {
        return !claims.listRemnants(id).isEmpty();
    }

    List<ObservedSandbox> observeAll() {
        Map<SandboxId, List<RuntimePart>> parts = new LinkedHashMap<>();
        // The claims first: one that is seen without its Pod has none any more, or none yet.
        claims.listRemnants(null)
                .forEach(claim -> PodNotes.sandboxId(claim)
                        .ifPresent(id -> partsOf(parts, id)
                                .add(new RuntimePart(
                                        RuntimePart.Kind.VOLUME,
                                        claim.getMetadata().getName()))));
        Map<SandboxId, ObservedSandbox> seen = new LinkedHashMap<>();
        List<Pod> listed = store.list();
        listed.forEach(pod -> sandboxOf(pod)
                .ifPresent(id -> partsOf(parts, id)
                        .add(new RuntimePart(
                                RuntimePart.Kind.CONTAINER, pod.getMetadata().getName()))));
        parts.forEach((id, there) -> seen.put(id, new ObservedSandbox(id, new Observation.Remnant(), there, null)));
        listed.forEach(pod -> sandboxOf(pod)
                .ifPresent(id -> seen.put(
                        id,
                        new ObservedSandbox(
                                id,
                                PodObservations.of(pod),
                                parts.getOrDefault(id, List.of()),
                                PodNotes.adoptable(pod, clock.instant())))));
        return List.copyOf(seen.values());
    }

    private static List<RuntimePart> partsOf(Map<SandboxId, List<RuntimePart>> parts, SandboxId id) {
        return parts.computeIfAbsent(id, _ -> new ArrayList<>());
    }

    /** The sandbox that a Pod is of: it must be called so, too, or it is a copy that somebody made. */
    private static Optional<SandboxId> sandboxOf(Pod pod) {
        return PodNotes.sandboxId(pod)
                .filter(id -> PodSpecs.nameOf(id).equals(pod.getMetadata().getName()));
    }

    List<RuntimePart> listStrays() {
        return store.list().stream()
                .filter(pod -> sandboxOf(pod).isEmpty())
                .map(pod -> new RuntimePart(
                        RuntimePart.Kind.CONTAINER, pod.getMetadata().getName()))
                .toList();
    }

    void removeStray(RuntimePart stray) {
        if (listStrays().contains(stray)) {
            store.remove(stray.name());
        }
    }
}
