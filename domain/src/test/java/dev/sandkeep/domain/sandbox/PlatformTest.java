package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

    @ParameterizedTest
    @CsvSource({
        "linux, amd64, linux/amd64",
        "linux, arm64, linux/arm64",
        "windows, amd64, windows/amd64",
        "LINUX, Arm64, linux/arm64"
    })
    void aPlatformIsInLowerCase(String os, String arch, String text) {
        assertThat(new Platform(os, arch)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " linux", "darwin", "LİNUX", "lınux", "linux/amd64"})
    void noOtherSystemIsKnown(String os) {
        assertThatThrownBy(() -> new Platform(os, "amd64"))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("platform.os: must be linux or windows");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x86_64", "aarch64", "arm", "amd64 ", "amd６4"})
    void noOtherArchitectureIsKnown(String arch) {
        assertThatThrownBy(() -> new Platform("linux", arch))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("platform.arch: must be amd64 or arm64");
    }
}
