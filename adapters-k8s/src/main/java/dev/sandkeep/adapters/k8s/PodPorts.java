package dev.sandkeep.adapters.k8s;

import dev.sandkeep.adapters.k8s.KubernetesConfig.Reach;
import dev.sandkeep.domain.network.Cidr;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where this server reaches the ports of Pods. Thread-safe. */
final class PodPorts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodPorts.class);

    private final Cluster cluster;
    private final Reach reach;
    private final boolean inCluster;
    private final List<Cidr> own;
    private final Map<Port, LocalPortForward> forwarded = new ConcurrentHashMap<>();

    private record Port(String uid, int number) {}

    /**
     * @param inCluster whether this server is a Pod itself
     * @param own from where it connects to Pods directly
     */
    PodPorts(Cluster cluster, Reach reach, boolean inCluster, List<Cidr> own) {
        this.cluster = cluster;
        this.reach = reach;
        this.inCluster = inCluster;
        this.own = List.copyOf(own);
    }

    /** Nothing if the Pod has no address yet. */
    Optional<InetSocketAddress> find(Pod pod, int port) {
        Optional<InetAddress> address =
                PodObservations.given(PodObservations.statusOf(pod).getPodIP()).flatMap(Cidr::findAddress);
        return address.map(direct -> isDirect(pod) ? new InetSocketAddress(direct, port) : forward(pod, port));
    }

    private boolean isDirect(Pod pod) {
        return switch (reach) {
            case AUTO ->
                inCluster && SidecarSpecs.serversOf(pod).map(this::areUs).orElse(true);
            case DIRECT -> true;
            case FORWARD -> false;
        };
    }

    /** What another replica made, or this one at an earlier address, may let in only that one. */
    private boolean areUs(List<Cidr> servers) {
        return own.stream()
                .anyMatch(address -> servers.stream()
                        .anyMatch(block -> block.prefix() <= address.prefix() && block.contains(address.base())));
    }

    /** A port of this machine, on its loopback device, whose connections come out in the Pod. */
    private InetSocketAddress forward(Pod pod, int port) {
        Port wanted = new Port(pod.getMetadata().getUid(), port);
        LocalPortForward forward =
                forwarded.compute(wanted, (_, open) -> open != null && open.isAlive() ? open : open(pod, port));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), forward.getLocalPort());
    }

    private LocalPortForward open(Pod pod, int port) {
        try {
            return cluster.call(
                    "forward a port",
                    client -> client.pods()
                            .inNamespace(cluster.namespace())
                            .withName(pod.getMetadata().getName())
                            .portForward(port, InetAddress.getLoopbackAddress(), 0));
        } catch (KubernetesClientException refused) {
            throw KubernetesErrors.unavailable("forward a port", refused);
        }
    }

    /** Closes what was forwarded to a Pod that is gone. */
    void forget(Pod pod) {
        Iterator<Map.Entry<Port, LocalPortForward>> all = forwarded.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Port, LocalPortForward> each = all.next();
            if (each.getKey().uid().equals(pod.getMetadata().getUid())) {
                all.remove();
                close(each.getValue());
            }
        }
    }

    private static void close(LocalPortForward forward) {
        try {
            forward.close();
        } catch (IOException notClosed) {
            log.debug("A port is still forwarded", notClosed);
        }
    }

    @Override
    public void close() {
        forwarded.values().forEach(PodPorts::close);
        forwarded.clear();
    }
}
