package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemoryEngine.Container;
import dev.sandkeep.testkit.fake.InMemoryEngine.NamedVolume;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is there of the sandboxes of one instance. */
final class InMemoryInventory {

    private final String instance;
    private final InMemoryEngine engine;
    private final InMemoryGuards guards;

    InMemoryInventory(String instance, InMemoryEngine engine, InMemoryGuards guards) {
        this.instance = instance;
        this.engine = engine;
        this.guards = guards;
    }

    Optional<Container> find(SandboxId id) {
        return Optional.ofNullable(engine.containers.get(id))
                .filter(container -> container.instance().equals(instance));
    }

    Observation observe(SandboxId id) {
        return find(id).map(Container::observation)
                .orElseGet(() -> leavesRemnant(id) ? new Observation.Remnant() : new Observation.Missing());
    }

    private boolean leavesRemnant(SandboxId id) {
        return guards.contains(id) || engine.volumes.values().stream().anyMatch(volume -> isRemnantOf(id, volume));
    }

    private boolean isRemnantOf(SandboxId id, NamedVolume volume) {
        return volume.deleteWithSandbox()
                && id.equals(volume.madeFor())
                && volume.instance().equals(instance);
    }

    void removeVolumesOf(SandboxId id) {
        engine.volumes.values().removeIf(volume -> isRemnantOf(id, volume));
    }

    /** Called with the monitor of the engine. */
    List<ObservedSandbox> observeAll() {
        Set<SandboxId> ids = new HashSet<>();
        engine.containers.forEach((id, _) -> ids.add(id));
        engine.guards.forEach((id, _) -> ids.add(id));
        engine.volumes.values().stream()
                .filter(NamedVolume::deleteWithSandbox)
                .map(NamedVolume::madeFor)
                .forEach(ids::add);
        return ids.stream()
                .map(id -> new ObservedSandbox(id, observe(id), parts(id), adoptable(id)))
                .filter(seen -> !(seen.observation() instanceof Observation.Missing))
                .toList();
    }

    private List<RuntimePart> parts(SandboxId id) {
        List<RuntimePart> parts = new ArrayList<>();
        find(id).ifPresent(_ -> parts.add(new RuntimePart(RuntimePart.Kind.CONTAINER, id.value())));
        if (guards.contains(id)) {
            parts.add(new RuntimePart(RuntimePart.Kind.SIDECAR, id.value()));
        }
        engine.volumes.forEach((name, volume) -> {
            if (isRemnantOf(id, volume)) {
                parts.add(new RuntimePart(RuntimePart.Kind.VOLUME, name));
            }
        });
        return parts;
    }

    private @Nullable Sandbox adoptable(SandboxId id) {
        return find(id).map(Container::sandbox)
                .map(known -> Sandbox.adopt(
                        id,
                        known.spec().withoutSecrets(),
                        known.createdAt(),
                        known.expiresAt().orElse(null),
                        known.createdAt()))
                .orElse(null);
    }
}
