package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostDirectoriesTest {

    @TempDir
    private Path host;

    private Path allowed;

    @BeforeEach
    void makeDirectories() throws IOException {
        host = host.toRealPath();
        allowed = Files.createDirectories(host.resolve("allowed"));
        Files.createDirectories(host.resolve("allowed/data/part"));
        Files.createDirectories(host.resolve("allowed-not"));
        Files.createDirectories(host.resolve("secret"));
        Files.createDirectories(host.resolve("allowed/engine"));
        Files.createDirectories(host.resolve("allowed/data-root/overlay2"));
    }

    private HostDirectories directories(Path... roots) {
        return new HostDirectories(
                List.of(roots),
                URI.create("unix://" + host.resolve("allowed/engine/docker.sock")),
                host.resolve("allowed/data-root").toString());
    }

    private static Volume.HostPath volume(Path path, @Nullable String subPath) {
        return new Volume.HostPath(
                "v", new MountPath("/mnt"), false, subPath == null ? null : new SubPath(subPath), path.toString());
    }

    private void assertRefused(String field, Path path, @Nullable String subPath) {
        assertThatThrownBy(() -> directories(allowed).resolve(volume(path, subPath)))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith(field + ": ");
    }

    @Test
    void whatLiesInAnAllowedDirectoryIsMounted() {
        assertThat(directories(allowed).resolve(volume(allowed.resolve("data"), null)))
                .isEqualTo(allowed.resolve("data"));
        assertThat(directories(allowed).resolve(volume(allowed.resolve("data"), "part")))
                .isEqualTo(allowed.resolve("data/part"));
    }

    @Test
    void withoutAllowedDirectoriesNothingIsMounted() {
        assertThatThrownBy(() -> directories().resolve(volume(allowed, null)))
                .hasMessage("host.path: host mounts are not allowed on this server");
    }

    @Test
    void aNeighbourWithTheSameBeginningIsNotBelow() {
        assertRefused("host.path", host.resolve("allowed-not"), null);
    }

    @Test
    void whatDoesNotExistOrIsAFileIsRefused() throws IOException {
        Files.createFile(allowed.resolve("file"));

        assertRefused("host.path", allowed.resolve("absent"), null);
        assertRefused("host.path", allowed.resolve("file"), null);
    }

    @Test
    void aLinkIsJudgedByWhereItLeads() throws IOException {
        Files.createSymbolicLink(allowed.resolve("out"), host.resolve("secret"));
        Files.createSymbolicLink(allowed.resolve("in"), allowed.resolve("data"));

        assertRefused("host.path", allowed.resolve("out"), null);
        assertThat(directories(allowed).resolve(volume(allowed.resolve("in"), null)))
                .isEqualTo(allowed.resolve("data"));
    }

    @Test
    void aSubPathDoesNotLeaveTheVolumeByALink() throws IOException {
        Files.createSymbolicLink(allowed.resolve("data/up"), allowed);
        Files.createSymbolicLink(allowed.resolve("data/out"), host.resolve("secret"));

        assertRefused("subPath", allowed.resolve("data"), "up");
        assertRefused("subPath", allowed.resolve("data"), "out");
        assertRefused("subPath", allowed.resolve("data"), "absent");
    }

    @Test
    void theEnginesSocketAndFilesAreRefusedEvenBelowAnAllowedDirectory() throws IOException {
        Files.createFile(host.resolve("allowed/engine/docker.sock"));

        assertRefused("host.path", allowed.resolve("engine"), null);
        assertRefused("host.path", allowed.resolve("root"), null);
        assertRefused("host.path", allowed.resolve("root/overlay2"), null);
        assertRefused("host.path", allowed, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/proc", "/proc/self", "/sys", "/dev", "/dev/shm"})
    void theKernelsFileSystemsAreRefusedEvenIfEverythingIsAllowed(String path) {
        assertThatThrownBy(() -> directories(Path.of("/")).resolve(volume(Path.of(path), null)))
                .isInstanceOf(InvalidValue.class);
    }
}
