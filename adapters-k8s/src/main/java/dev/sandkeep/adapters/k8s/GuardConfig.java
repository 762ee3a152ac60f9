package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.network.Cidr;
import java.net.InetAddress;
import java.util.List;

/**
 * How the outbound traffic of sandboxes is guarded.
 *
 * @param image the image of the sidecar
 * @param resolvers the DNS resolvers that names are looked up at, at port 53; one to three
 * @param privateRanges whether sandboxes may reach private addresses that no rule of their policy names
 * @param servers from where the ports of sandboxes are reached, and where no sandbox can get to: the addresses of this
 *     server and its replicas
 * @param closed what no sandbox may reach, besides its node
 */
public record GuardConfig(
        String image,
        List<InetAddress> resolvers,
        boolean privateRanges,
        List<Cidr> servers,
        List<Cidr> closed,
        SidecarKind sidecar) {

    /** As many as a Pod may have. */
    private static final int MAX_RESOLVERS = 3;

    /** How the sidecar is made part of the Pod. */
    public enum SidecarKind {
        /** Native where the cluster has that. */
        AUTO,
        /** An init container that goes on; needs Kubernetes 1.29. */
        NATIVE,
        /** The first of the ordinary containers. */
        CONTAINER
    }

    /** @throws IllegalArgumentException naming what is wrong */
    public GuardConfig {
        resolvers = resolvers.stream().limit(MAX_RESOLVERS).toList();
        servers = List.copyOf(servers);
        closed = List.copyOf(closed);
        if (image.isBlank()) {
            throw new IllegalArgumentException("image must not be blank");
        }
        if (resolvers.isEmpty()) {
            throw new IllegalArgumentException("resolvers must name at least one");
        }
    }
}
