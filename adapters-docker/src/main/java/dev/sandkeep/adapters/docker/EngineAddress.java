package dev.sandkeep.adapters.docker;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the engine's socket. */
final class EngineAddress {

    private static final String DOCKER_SOCKET = "/var/run/docker.sock";

    private EngineAddress() {}

    /**
     * The configured address, or what Docker's and Podman's own tools would take.
     *
     * @param dockerHost the value of {@code DOCKER_HOST}, if it is set
     * @param runtimeDir the value of {@code XDG_RUNTIME_DIR}, if it is set
     */
    static URI find(@Nullable URI configured, @Nullable String dockerHost, @Nullable String runtimeDir) {
        if (configured != null) {
            return configured;
        }
        if (dockerHost != null && !dockerHost.isBlank()) {
            return URI.create(dockerHost);
        }
        return Stream.of(
                        Optional.of(DOCKER_SOCKET),
                        Optional.of("/run/podman/podman.sock"),
                        Optional.ofNullable(runtimeDir).map(dir -> dir + "/podman/podman.sock"))
                .flatMap(Optional::stream)
                .filter(socket -> Files.exists(Path.of(socket)))
                .findFirst()
                // None yet: the engine may be started later, and then most likely here.
                .map(socket -> URI.create("unix://" + socket))
                .orElse(URI.create("unix://" + DOCKER_SOCKET));
    }
}
