package dev.sandkeep.adapters.k8s;

import dev.sandkeep.adapters.k8s.KubernetesConfig.Reach;
import dev.sandkeep.domain.network.Cidr;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this server reaches the ports of Pods. What is forwarded takes a socket and a thread until its Pod is gone, so the
 * ports that were asked for the longest ago make room for others, of the same Pod first. Thread-safe; the monitor of this
 * object guards what is forwarded.
 */
final class PodPorts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodPorts.class);

    static final int MOST_OF_ONE_POD = 32;
    static final int MOST = 2_048;
    private static final int MOST_GONE = 10_000;

    private final Cluster cluster;
    private final Reach reach;
    private final boolean inCluster;
    private final List<Cidr> own;

    /** By when they were asked for last. */
    private final Map<Port, LocalPortForward> forwarded = new LinkedHashMap<>(16, 0.75f, true);

    /** The Pods that went last: one may have been looked up just before, and its ports would be forwarded for ever. */
    private final Set<String> gone = new LinkedHashSet<>();

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
        return address.flatMap(
                direct -> isDirect(pod) ? Optional.of(new InetSocketAddress(direct, port)) : forward(pod, port));
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

    /** A port of this machine, on its loopback device, whose connections come out in the Pod; none of one that is gone. */
    private synchronized Optional<InetSocketAddress> forward(Pod pod, int port) {
        Port wanted = new Port(pod.getMetadata().getUid(), port);
        if (gone.contains(wanted.uid())) {
            return Optional.empty();
        }
        LocalPortForward present = forwarded.get(wanted);
        if (present == null || !present.isAlive()) {
            drop(wanted);
            makeRoom(wanted.uid());
            present = open(pod, port);
            forwarded.put(wanted, present);
        }
        return Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), present.getLocalPort()));
    }

    private void makeRoom(String uid) {
        List<Port> ofPod = forwarded.keySet().stream()
                .filter(port -> port.uid().equals(uid))
                .toList();
        if (ofPod.size() >= MOST_OF_ONE_POD) {
            drop(ofPod.getFirst());
        } else if (forwarded.size() >= MOST) {
            drop(forwarded.keySet().iterator().next());
        }
    }

    private void drop(Port port) {
        LocalPortForward present = forwarded.remove(port);
        if (present != null) {
            close(present);
        }
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

    /** Closes what was forwarded to a Pod that is gone, and forwards to it no more. */
    synchronized void forget(Pod pod) {
        String uid = pod.getMetadata().getUid();
        gone.add(uid);
        if (gone.size() > MOST_GONE) {
            gone.remove(gone.iterator().next());
        }
        forwarded.keySet().stream()
                .filter(port -> port.uid().equals(uid))
                .toList()
                .forEach(this::drop);
    }

    /** How many ports are forwarded now. */
    synchronized int count() {
        return forwarded.size();
    }

    private static void close(LocalPortForward forward) {
        try {
            forward.close();
        } catch (IOException notClosed) {
            log.debug("A port is still forwarded", notClosed);
        }
    }

    @Override
    public synchronized void close() {
        forwarded.values().forEach(PodPorts::close);
        forwarded.clear();
    }
}
