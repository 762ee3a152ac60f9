package dev.sandkeep.adapters.k8s;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operator wants of every Pod.
 *
 * @param runtimeClass null for that of the cluster
 * @param priorityClass null for that of the cluster
 * @param serviceAccount null for that of the namespace; its token is given to no sandbox
 * @param labels further labels
 * @param template a file with a Pod to begin with; null for none
 * @param requestPercent how much of its limits a sandbox requests, 1 to 100
 * @param capabilities what a process that runs as root in a sandbox may do; empty for nothing special
 * @param userNamespaces whether root in a sandbox is nobody on its node, which the cluster must be able to do
 * @param gpu whether sandboxes may ask for GPUs
 * @param allowedHostPaths directories of the nodes that may be mounted, with everything below; empty for none
 * @param storageClass of claims that are made; null for that of the cluster
 * @param storage the size of claims that are made, a Kubernetes quantity
 * @param backStop after which time Kubernetes ends a Pod, whether this server is there or not; zero for never
 */
public record PodConfig(
        @Nullable String runtimeClass,
        @Nullable String priorityClass,
        @Nullable String serviceAccount,
        List<Toleration> tolerations,
        Map<String, String> labels,
        @Nullable Path template,
        int requestPercent,
        Set<String> capabilities,
        boolean userNamespaces,
        boolean gpu,
        List<Path> allowedHostPaths,
        @Nullable String storageClass,
        String storage,
        Duration backStop) {

    /** What programs that install others need at most. The rest would let a sandbox change its network or its node. */
    public static final Set<String> GRANTABLE = Set.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    /** @throws IllegalArgumentException naming what is wrong */
    public PodConfig {
        tolerations = List.copyOf(tolerations);
        labels = Map.copyOf(labels);
        capabilities = Set.copyOf(capabilities);
        allowedHostPaths = List.copyOf(allowedHostPaths);
        require(requestPercent >= 1 && requestPercent <= 100, "requestPercent must be 1 to 100");
        require(GRANTABLE.containsAll(capabilities), "capabilities must be among " + GRANTABLE);
        require(!backStop.isNegative(), "backStop must not be negative");
        allowedHostPaths.forEach(path -> HostPaths.requireGrantable(path));
    }

    private static void require(boolean valid, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(rule);
        }
    }

    /** Everything as it is if the operator says nothing. */
    public static PodConfig standard() {
        return new PodConfig(
                null,
                null,
                null,
                List.of(),
                Map.of(),
                null,
                100,
                Set.of(),
                false,
                false,
                List.of(),
                null,
                "1Gi",
                Duration.ofDays(7));
    }

    /**
     * A taint that Pods of sandboxes put up with.
     *
     * @param value null for any
     * @param effect null for all
     */
    public record Toleration(
            String key, @Nullable String value, @Nullable String effect) {}
}
