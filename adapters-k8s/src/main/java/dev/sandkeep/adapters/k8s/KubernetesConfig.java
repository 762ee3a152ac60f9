package dev.sandkeep.adapters.k8s;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the operator wants sandboxes to be made on a cluster.
 *
 * @param instance the name under which this server keeps its Pods apart from those of others in the namespace
 * @param reach how this server reaches the ports of sandboxes
 * @param guard how outbound traffic is guarded; null for not at all, and then policies that restrict are refused
 */
public record KubernetesConfig(
        String instance,
        Access access,
        Reach reach,
        PodConfig pods,
        @Nullable GuardConfig guard,
        Timeouts timeouts) {

    /** Also the value of a label. */
    private static final Pattern INSTANCE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

    /** @throws IllegalArgumentException naming what is wrong */
    public KubernetesConfig {
        if (!INSTANCE.matcher(instance).matches()) {
            throw new IllegalArgumentException("instance must be 1 to 40 of [a-z0-9-], not " + instance);
        }
    }

    /** How this server reaches the ports of sandboxes. */
    public enum Reach {
        /** Directly if this server is a Pod itself and that of the sandbox lets it in, otherwise forwarded. */
        AUTO,
        /** By the addresses of the Pods. */
        DIRECT,
        /** By the API server, which forwards ports of this machine. */
        FORWARD
    }

    /**
     * Where the cluster is.
     *
     * @param kubeconfig null to look where kubectl looks, and then for what a Pod is given
     * @param context of the kubeconfig; null for its current one
     * @param namespace where Pods are made; null for that of the context, or of the Pod of this server
     */
    public record Access(
            @Nullable Path kubeconfig,
            @Nullable String context,
            @Nullable String namespace) {}

    /**
     * How long things may take.
     *
     * @param call an ordinary answer of the API server
     * @param schedule until a node is found for a Pod, which an autoscaler may have to make first
     * @param launch from the creation of a Pod until its sandbox runs, the pull of its image included
     */
    public record Timeouts(Duration call, Duration schedule, Duration launch) {

        /** @throws IllegalArgumentException naming what is wrong */
        public Timeouts {
            if (!call.isPositive() || !schedule.isPositive() || !launch.isPositive()) {
                throw new IllegalArgumentException("timeouts must be longer than 0");
            }
        }
    }
}
