package dev.sandkeep.adapters.docker;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.volume.Volume;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides which directories of the host may be mounted. Everything is compared by real paths, with symbolic links
 * resolved, and what is mounted is the resolved path: a link that is exchanged later leads nowhere new.
 */
final class HostDirectories {

    /** Kernel file systems and the control sockets of engines: who can write there owns the host. */
    private static final List<String> NEVER = List.of(
            "/proc",
            "/sys",
            "/dev",
            "/run/docker",
            "/run/docker.sock",
            "/run/docker.pid",
            "/run/containerd",
            "/run/podman",
            "/run/crio",
            "/var/run/docker",
            "/var/run/docker.sock",
            "/var/lib/docker",
            "/var/lib/containerd",
            "/var/lib/containers");

    private final List<Path> allowed;
    private final List<Path> never;

    /**
     * @param allowed the directories that the operator allows, with everything below
     * @param engine where the engine listens
     * @param dataRoot where the engine keeps its files
     */
    HostDirectories(List<Path> allowed, URI engine, String dataRoot) {
        this.allowed = allowed;
        Stream<String> ofEngine =
                "unix".equals(engine.getScheme()) ? Stream.of(engine.getPath(), dataRoot) : Stream.of(dataRoot);
        this.never = Stream.concat(NEVER.stream(), ofEngine)
                .map(Path::of)
                .flatMap(path -> Stream.concat(Stream.of(path), realPath(path).stream()))
                .distinct()
                .toList();
    }

    /**
     * The directory to mount.
     *
     * @throws InvalidValue naming {@code host.path} or {@code subPath}
     */
    Path resolve(Volume.HostPath volume) {
        if (allowed.isEmpty()) {
            throw new InvalidValue("host.path", "host mounts are not allowed on this server");
        }
        Path root = realDirectory(volume.path())
                .filter(this::isAllowed)
                // One answer for what does not exist and what is forbidden, so that nobody can explore the host.
                .orElseThrow(() -> new InvalidValue(
                        "host.path", "must be an existing directory in one of those that this server allows"));
        if (volume.subPath() == null) {
            return root;
        }
        return realDirectory(root.resolve(volume.subPath().value()).toString())
                .filter(path -> path.startsWith(root) && isAllowed(path))
                .orElseThrow(() -> new InvalidValue("subPath", "must be an existing directory within the volume"));
    }

    private boolean isAllowed(Path real) {
        List<Path> roots = new ArrayList<>();
        allowed.forEach(path -> realPath(path).ifPresent(roots::add));
        return roots.stream().anyMatch(real::startsWith)
                // Neither in a forbidden place, nor a directory through which one can be reached.
                && never.stream().noneMatch(place -> real.startsWith(place) || place.startsWith(real));
    }

    /** The directory that {@code path} leads to within {@code root}, or nothing if there is none or it leads out. */
    static Optional<Path> within(Path root, String path) {
        return realPath(root)
                .flatMap(real -> realDirectory(real.resolve(path).toString()).filter(found -> found.startsWith(real)));
    }

    private static Optional<Path> realDirectory(String path) {
        return realPath(Path.of(path)).filter(Files::isDirectory);
    }

    private static Optional<Path> realPath(Path path) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
