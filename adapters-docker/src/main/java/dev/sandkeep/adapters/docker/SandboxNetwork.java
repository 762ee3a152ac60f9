package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.StatusReason;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The bridge network of one instance, on which the sandboxes cannot reach one another. Thread-safe. */
final class SandboxNetwork {

    private static final String INTER_CONTAINER = "com.docker.network.bridge.enable_icc";

    private final DockerEngine engine;
    private final String instance;
    private final String name;
    /** The engine may make two networks of one name if it is asked twice at a time. */
    private final ReentrantLock making = new ReentrantLock();

    SandboxNetwork(DockerEngine engine, String instance) {
        this.engine = engine;
        this.instance = instance;
        this.name = ContainerSpecs.networkOf(instance);
    }

    /** Makes the network unless it is there. */
    void ensure() {
        Optional<Network> present = find();
        if (present.isEmpty()) {
            making.lock();
            try {
                present = find().or(this::create);
            } finally {
                making.unlock();
            }
        }
        present.ifPresent(this::requireIsolating);
    }

    /** The addresses of the host on this network. */
    List<InetAddress> gateways() {
        Network found = find().orElseThrow(() -> DockerErrors.unavailable("find the network " + name, null));
        List<Network.Ipam.Config> ranges = found.getIpam().getConfig();
        return (ranges == null ? List.<Network.Ipam.Config>of() : ranges)
                .stream()
                        .map(Network.Ipam.Config::getGateway)
                        .filter(Objects::nonNull)
                        .map(gateway -> gateway.split("/", 2)[0])
                        .flatMap(gateway -> Cidr.findAddress(gateway).stream())
                        .toList();
    }

    /** Somebody may have made a network of this name on which sandboxes would see each other. */
    private void requireIsolating(Network network) {
        Map<String, String> options = Optional.ofNullable(network.getOptions()).orElse(Map.of());
        if (!ContainerLabels.belongsTo(instance, network.getLabels())
                || !"false".equals(options.get(INTER_CONTAINER))) {
            throw new LaunchFailed(
                    StatusReason.RUNTIME_ERROR,
                    "The network " + name + " was made by somebody else; remove it or choose another instance name",
                    null);
        }
    }

    private Optional<Network> create() {
        try {
            engine.call(
                    "make a network",
                    client -> client.createNetworkCmd()
                            .withName(name)
                            .withDriver("bridge")
                            .withCheckDuplicate(true)
                            .withOptions(Map.of(INTER_CONTAINER, "false"))
                            .withLabels(ContainerLabels.ofNetwork(instance))
                            .exec());
        } catch (DockerException refused) {
            if (!DockerErrors.isConflict(refused)) {
                throw refused;
            }
        }
        return find();
    }

    private Optional<Network> find() {
        try {
            return Optional.of(engine.call(
                    "inspect a network",
                    client -> client.inspectNetworkCmd().withNetworkId(name).exec()));
        } catch (DockerException refused) {
            if (DockerErrors.isNotFound(refused)) {
                return Optional.empty();
            }
            throw DockerErrors.unavailable("inspect a network", refused);
        }
    }
}
