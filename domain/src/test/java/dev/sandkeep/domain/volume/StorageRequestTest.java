package dev.sandkeep.domain.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageRequestTest {

    @ParameterizedTest
    @ValueSource(strings = {"1", "1048576", "1Ki", "10Gi", "1.5Ti", "0.5Gi", "0.001Ei"})
    void aNumberOfBytesIsASize(String size) {
        assertThat(new StorageRequest(null, size, List.of()).storage()).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0Gi", "0.00Mi", "-1", "1GB", "1G", "1 Gi", "Gi", "1.Gi", ".5Gi", "1e3", "1Gi\n"})
    void whatIsNoSizeIsRefused(String size) {
        assertThatThrownBy(() -> new StorageRequest(null, size, List.of()))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("pvc.storage: must be a number of bytes above 0, with Ki, Mi, Gi, Ti, Pi, Ei or no unit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a.", "A", "a_b", "a/b", "a\n"})
    void whatIsNoNameOfAClassIsRefused(String name) {
        assertThatThrownBy(() -> new StorageRequest(name, null, List.of()))
                .isInstanceOf(InvalidValue.class)
                .hasMessage(
                        "pvc.storageClass: must be 1 to 253 of [a-z0-9.-] that start and end with a letter or digit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "-", "1", "0", "."})
    void whatIsHugeIsRefusedSoon(String part) {
        String huge = part.repeat(1_000_000) + "!";

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertThatThrownBy(() -> new StorageRequest(huge, null, List.of())).isInstanceOf(InvalidValue.class);
            assertThatThrownBy(() -> new StorageRequest(null, huge, List.of())).isInstanceOf(InvalidValue.class);
        });
    }

    @Test
    void aModeThatIsNamedTwiceIsOne() {
        StorageRequest request =
                new StorageRequest(null, null, List.of(AccessMode.READ_WRITE_MANY, AccessMode.READ_WRITE_MANY));

        assertThat(request.accessModes()).containsExactly(AccessMode.READ_WRITE_MANY);
        assertThat(request.isNone()).isFalse();
        assertThat(StorageRequest.none().isNone()).isTrue();
    }
}
