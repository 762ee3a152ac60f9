package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/** Where sandboxes are on the engine's network. Thread-safe. */
final class Addresses {

    private static final String SHARED = "container:";

    private final Containers containers;

    Addresses(Containers containers) {
        this.containers = containers;
    }

    /** The address of a running sandbox. A guarded one has that of its sidecar, whose network it shares. */
    Optional<InetAddress> find(SandboxId id) {
        return containers
                .find(id)
                .filter(Addresses::isRunning)
                .flatMap(container -> ownerOfNetwork(id, container))
                .flatMap(Addresses::of);
    }

    private Optional<InspectContainerResponse> ownerOfNetwork(SandboxId id, InspectContainerResponse container) {
        String mode = String.valueOf(container.getHostConfig().getNetworkMode());
        if (!mode.startsWith(SHARED)) {
            return Optional.of(container);
        }
        // Some engines keep the name that was given, others put the id in its place.
        String sidecar = SidecarSpecs.nameOf(id);
        return containers
                .findSidecar(sidecar)
                .filter(Addresses::isRunning)
                .filter(found -> mode.equals(SHARED + sidecar) || mode.equals(SHARED + found.getId()));
    }

    private static boolean isRunning(InspectContainerResponse container) {
        return Boolean.TRUE.equals(container.getState().getRunning());
    }

    /** The address of a container that has a network of its own. */
    static Optional<InetAddress> of(InspectContainerResponse container) {
        return container.getNetworkSettings().getNetworks().values().stream()
                .filter(Objects::nonNull)
                .map(ContainerNetwork::getIpAddress)
                .filter(Objects::nonNull)
                .flatMap(address -> Cidr.findAddress(address).stream())
                .findFirst();
    }
}
