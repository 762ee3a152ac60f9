package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.model.Container;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.port.RuntimePart.Kind;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What carries the label of this instance and belongs to no sandbox. Thread-safe. */
final class Strays {

    private final Containers containers;
    private final SandboxNetwork network;
    private final Predicate<String> isSpare;

    /** @param isSpare whether a sidecar of this name is kept ready, or is just being given to a sandbox */
    Strays(Containers containers, SandboxNetwork network, Predicate<String> isSpare) {
        this.containers = containers;
        this.network = network;
        this.isSpare = isSpare;
    }

    List<RuntimePart> list() {
        List<RuntimePart> strays = new ArrayList<>();
        for (Container container : containers.list()) {
            find(container).ifPresent(strays::add);
        }
        network.listOthers().forEach(name -> strays.add(new RuntimePart(Kind.NETWORK, name)));
        return strays;
    }

    private Optional<RuntimePart> find(Container container) {
        String name = Containers.nameOf(container);
        if (ContainerLabels.isSidecar(container.getLabels())) {
            return SidecarSpecs.sandboxOf(name).isPresent() || isSpare.test(name)
                    ? Optional.empty()
                    : Optional.of(new RuntimePart(Kind.SIDECAR, name));
        }
        return sandboxOf(container).isPresent() ? Optional.empty() : Optional.of(new RuntimePart(Kind.CONTAINER, name));
    }

    /** Looked at again, since it may have become the sidecar of a sandbox meanwhile. */
    void remove(RuntimePart stray) {
        if (stray.kind() == Kind.NETWORK) {
            network.removeOther(stray.name());
            return;
        }
        containers.list().stream()
                .filter(container -> find(container).filter(stray::equals).isPresent())
                .forEach(containers::remove);
    }

    /** The sandbox that a listed container is of: it must be called so, too, or it is a copy that somebody made. */
    static Optional<SandboxId> sandboxOf(Container container) {
        return ContainerLabels.sandboxId(container.getLabels())
                .filter(id -> Containers.nameOf(container).equals(ContainerSpecs.nameOf(id)));
    }

    /** Adds the containers and the sidecars of sandboxes to what there is of each. */
    static void addContainers(List<Container> listed, Map<SandboxId, List<RuntimePart>> parts) {
        for (Container container : listed) {
            String name = Containers.nameOf(container);
            boolean sidecar = ContainerLabels.isSidecar(container.getLabels());
            Optional<SandboxId> id = sidecar ? SidecarSpecs.sandboxOf(name) : sandboxOf(container);
            id.ifPresent(of -> parts.computeIfAbsent(of, _ -> new ArrayList<>())
                    .add(new RuntimePart(sidecar ? Kind.SIDECAR : Kind.CONTAINER, name)));
        }
    }
}
