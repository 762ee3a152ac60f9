package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.Volume;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SandboxSpecTest {

    @Test
    void volumeNamesAreUnique() {
        assertThatThrownBy(() -> SandboxFixture.aSpec(volume("a", "/x"), volume("b", "/y"), volume("a", "/z")))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("volumes[2].name: must be unique within the request");
    }

    @Test
    void mountPathsAreUniqueHoweverTheyAreWritten() {
        assertThatThrownBy(() -> SandboxFixture.aSpec(volume("a", "/x/y"), volume("b", "//x/./y/")))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("volumes[1].mountPath: must be unique within the request");
    }

    @Test
    void oneVolumeMayBeMountedBelowAnother() {
        assertThatCode(() -> SandboxFixture.aSpec(volume("a", "/x"), volume("b", "/x/y")))
                .doesNotThrowAnyException();
    }

    @Test
    void thereMayBeThisManyVolumes() {
        assertThatCode(() -> SandboxFixture.aSpec(volumes(SandboxSpec.MAX_VOLUMES)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> SandboxFixture.aSpec(volumes(SandboxSpec.MAX_VOLUMES + 1)))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("volumes: at most 32 are allowed");
    }

    @Test
    void withoutSecretsOnlyTheEnvironmentIsGone() {
        SandboxSpec spec = SandboxFixture.aSpec(volume("a", "/x"));
        SandboxSpec open = spec.withoutSecrets();

        assertThat(open.env()).isEqualTo(Environment.none());
        assertThat(open).usingRecursiveComparison().ignoringFields("env").isEqualTo(spec);
    }

    private static Volume[] volumes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> volume("v" + i, "/mnt/" + i))
                .toArray(Volume[]::new);
    }

    private static Volume volume(String name, String mountPath) {
        return new Volume.Named(name, new MountPath(mountPath), false, null, "claim", true, false);
    }
}
