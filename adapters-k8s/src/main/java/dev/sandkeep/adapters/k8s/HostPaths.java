package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.volume.Volume;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which directories of the nodes may be mounted. This server cannot look at them, so what is mounted is always
 * an allowed directory itself, and what is asked for below it is a sub-path: the node resolves that without being led
 * out of the directory by a symbolic link. Pure.
 */
final class HostPaths {

    /** Kernel file systems, and the state of node and container runtime: who can write there owns the node. */
    private static final List<Path> NEVER = List.of(
            Path.of("/proc"),
            Path.of("/sys"),
            Path.of("/dev"),
            Path.of("/etc/kubernetes"),
            Path.of("/run"),
            Path.of("/var/run"),
            Path.of("/var/lib/kubelet"),
            Path.of("/var/lib/etcd"),
            Path.of("/var/lib/docker"),
            Path.of("/var/lib/containerd"),
            Path.of("/var/lib/containers"));

    private HostPaths() {}

    /**
     * What to mount.
     *
     * @param root a directory that the operator allows
     * @param below the directory within it, or null for all of it
     */
    record Place(Path root, @Nullable String below) {}

    /** @throws IllegalArgumentException if it is a directory through which a sandbox could take over its node */
    static void requireGrantable(Path path) {
        if (!path.isAbsolute() || !path.equals(path.normalize())) {
            throw new IllegalArgumentException(
                    "allowed host paths must be absolute and without .. in them, not " + path);
        }
        if (NEVER.stream().anyMatch(place -> path.startsWith(place) || place.startsWith(path))) {
            throw new IllegalArgumentException(
                    "no sandbox may mount " + path + ": it leads to the files of the node's own services");
        }
    }

    /** @throws InvalidValue naming {@code host.path} */
    static Place resolve(Volume.HostPath volume, List<Path> allowed) {
        if (allowed.isEmpty()) {
            throw new InvalidValue("host.path", "host mounts are not allowed on this server");
        }
        Path asked = Path.of(volume.path());
        if (!asked.equals(asked.normalize())) {
            throw new InvalidValue("host.path", "must have no . and .. in it");
        }
        Path root = allowed.stream()
                .filter(asked::startsWith)
                .findFirst()
                .orElseThrow(() ->
                        new InvalidValue("host.path", "must be a directory in one of those that this server allows"));
        Path below = root.relativize(asked);
        if (volume.subPath() != null) {
            below = below.resolve(volume.subPath().value());
        }
        if (!below.equals(below.normalize())) {
            throw new InvalidValue("subPath", "must have no . and .. in it");
        }
        String text = below.toString();
        return new Place(root, text.isEmpty() ? null : text);
    }
}
