package dev.sandkeep.adapters.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPathsTest {

    private static final List<Path> ALLOWED = List.of(Path.of("/srv/data"));

    private static Volume.HostPath volume(String path, String subPath) {
        return new Volume.HostPath(
                "v", new MountPath("/mnt"), false, subPath == null ? null : new SubPath(subPath), path);
    }

    @ParameterizedTest
    @CsvSource({"/srv/data,,", "/srv/data/,,", "/srv/data/a,,a", "/srv/data/a/b,c/d,a/b/c/d", "/srv/data,c,c"})
    void whatIsBelowAnAllowedDirectoryIsASubPathOfIt(String path, String subPath, String below) {
        assertThat(HostPaths.resolve(volume(path, subPath), ALLOWED))
                .isEqualTo(new HostPaths.Place(Path.of("/srv/data"), below));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/srv", "/srv/database", "/srv/data/../x", "/srv/./data/a/..", "/etc"})
    void everythingElseIsRefused(String path) {
        assertThatThrownBy(() -> HostPaths.resolve(volume(path, null), ALLOWED))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("host.path");
    }

    @Test
    void noSubPathLeadsOut() {
        assertThatThrownBy(() -> HostPaths.resolve(volume("/srv/data/a", "x/../../b"), ALLOWED))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("subPath");
    }

    @Test
    void withoutAllowedDirectoriesThereIsNone() {
        assertThatThrownBy(() -> HostPaths.resolve(volume("/srv/data", null), List.of()))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("not allowed on this server");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/var", "/var/lib", "/proc/1", "/run/containerd", "/var/lib/kubelet/pods", "data", "/a/../b"
            })
    void whatLeadsToTheServicesOfANodeCannotBeAllowed(String path) {
        assertThatThrownBy(() -> HostPaths.requireGrantable(Path.of(path)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
