package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateNetworkCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.StatusReason;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge network of one instance, on which the sandboxes cannot reach one another. It has IPv6 only where sidecars
 * guard the sandboxes: engines keep neighbours apart on IPv4 alone. Thread-safe.
 */
final class SandboxNetwork {

    private static final Logger log = LoggerFactory.getLogger(SandboxNetwork.class);

    private static final String INTER_CONTAINER = "com.docker.network.bridge.enable_icc";

    private final DockerEngine engine;
    private final String instance;
    private final String name;
    private final boolean guarded;
    private final boolean ipv6;
    /** The engine may make two networks of one name if it is asked twice at a time. */
    private final ReentrantLock making = new ReentrantLock();

    SandboxNetwork(DockerEngine engine, DockerConfig config) {
        this.engine = engine;
        this.instance = config.instance();
        this.name = ContainerSpecs.networkOf(instance);
        EgressConfig egress = config.egress();
        this.guarded = egress != null;
        this.ipv6 = egress != null && egress.ipv6();
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

    /** The names of this instance's networks that sandboxes are not connected to any more. */
    List<String> listOthers() {
        return listOwn().map(Network::getName).distinct().toList();
    }

    /** Removes such networks of that name; one that a container is still connected to stays. */
    void removeOther(String other) {
        listOwn().filter(found -> found.getName().equals(other)).forEach(found -> remove(found.getId()));
    }

    private Stream<Network> listOwn() {
        try {
            // Checked again: an engine that does not know a filter may ignore it, and what is listed gets removed.
            return engine
                    .call(
                            "list networks",
                            client -> client.listNetworksCmd()
                                    .withFilter("label", List.of(ContainerLabels.INSTANCE + "=" + instance))
                                    .exec())
                    .stream()
                    .filter(found -> ContainerLabels.belongsTo(instance, found.getLabels()))
                    .filter(found -> !found.getName().equals(name));
        } catch (DockerException refused) {
            throw DockerErrors.unavailable("list networks", refused);
        }
    }

    private void remove(String id) {
        try {
            engine.call(
                    "remove a network", client -> client.removeNetworkCmd(id).exec());
        } catch (DockerException refused) {
            if (!DockerErrors.isNotFound(refused)) {
                throw DockerErrors.unavailable("remove a network", refused);
            }
        }
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
        boolean isolating = !engine.facts().separatesContainers() || "false".equals(options.get(INTER_CONTAINER));
        if (!ContainerLabels.belongsTo(instance, network.getLabels()) || !isolating) {
            throw new LaunchFailed(
                    StatusReason.RUNTIME_ERROR,
                    "The network " + name + " was made by somebody else; remove it or choose another instance name",
                    null);
        }
        if (!guarded && Boolean.TRUE.equals(network.getEnableIPv6())) {
            throw new LaunchFailed(
                    StatusReason.RUNTIME_ERROR,
                    "The network " + name + " was made for guarded sandboxes, and others would reach one another on it;"
                            + " remove it, or set egress.image again",
                    null);
        }
    }

    private Optional<Network> create() {
        if (!ipv6 || !create(true)) {
            create(false);
        }
        return find();
    }

    /** Whether it is there now; without IPv6 a refusal is thrown. */
    private boolean create(boolean withIpv6) {
        try {
            engine.call("make a network", client -> command(client, withIpv6).exec());
        } catch (DockerException refused) {
            // Somebody else made it in between, for which Docker and Podman have different codes.
            if (find().isPresent()) {
                return true;
            }
            if (withIpv6) {
                log.info("The sandboxes have no IPv6, which the engine refused: {}", DockerErrors.text(refused));
                return false;
            }
            throw refused;
        }
        return true;
    }

    private CreateNetworkCmd command(DockerClient client, boolean withIpv6) {
        CreateNetworkCmd command = client.createNetworkCmd()
                .withName(name)
                .withDriver("bridge")
                .withCheckDuplicate(true)
                .withOptions(engine.facts().separatesContainers() ? Map.of(INTER_CONTAINER, "false") : Map.of())
                .withLabels(ContainerLabels.ofNetwork(instance));
        String prefix = ipv6Prefix(instance);
        return withIpv6
                ? command.withEnableIpv6(true)
                        .withIpam(new Network.Ipam()
                                .withConfig(new Network.Ipam.Config()
                                        .withSubnet(prefix + "::/64")
                                        .withGateway(prefix + "::1")))
                : command;
    }

    /**
     * The first 64 bits of the addresses of an instance, of those that anybody may choose (RFC 4193). Engines of today
     * choose none by themselves, and those of two instances must differ.
     */
    static String ipv6Prefix(String instance) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(("sandkeep " + instance).getBytes(StandardCharsets.UTF_8));
            String hex = HexFormat.of().formatHex(digest, 0, 7);
            return "fd" + hex.substring(0, 2) + ":" + hex.substring(2, 6) + ":" + hex.substring(6, 10) + ":"
                    + hex.substring(10, 14);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform has SHA-256", missing);
        }
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
