package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problem;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceLimitsTest {

    @ParameterizedTest
    @CsvSource({
        "cpu, 1m, 1000000",
        "cpu, 500m, 500000000",
        "cpu, 0.5, 500000000",
        "cpu, 2, 2000000000",
        "cpu, 1e3, 1000000000000",
        "cpu, 1000, 1000000000000",
        "memory, 6Mi, 6291456",
        "memory, 512Mi, 536870912",
        "memory, 1.5Gi, 1610612736",
        "memory, 1e9, 1000000000",
        "memory, 1Pi, 1125899906842624",
        "gpu, 1, 1",
        "gpu, 1024, 1024",
        "gpu, all, -1",
        "pids, 1, 1",
        "pids, 4194304, 4194304",
        "ephemeral-storage, 1Mi, 1048576",
        "ephemeral-storage, 1Ei, 1152921504606846976"
    })
    void aLimitIsAnAmountInTheUnitOfItsResource(String word, String text, long amount) {
        ResourceName name = ResourceName.ofWord(word).orElseThrow();

        assertThat(new ResourceLimits(Map.of(word, text)).amount(name)).hasValue(amount);
    }

    @ParameterizedTest
    @CsvSource({
        "cpu, 0",
        "cpu, 0.9m",
        "cpu, 999u",
        "cpu, 1000.0000000001",
        "cpu, 1001",
        "cpu, -1",
        "cpu, all",
        "cpu, 1E",
        "memory, 5Mi",
        "memory, 6291455",
        "memory, 1.1Pi",
        "memory, 1Ei",
        "memory, -512Mi",
        "memory, 512mi",
        "memory, 512 Mi",
        "memory, 1e400",
        "memory, NaN",
        "gpu, 0",
        "gpu, 1025",
        "gpu, 0.5",
        "gpu, 1.0",
        "gpu, +1",
        "gpu, 1k",
        "gpu, 1e1",
        "gpu, 1000m",
        "gpu, ALL",
        "gpu, ١",
        "pids, 0",
        "pids, 4194305",
        "pids, 1k",
        "pids, all",
        "ephemeral-storage, 1023Ki",
        "ephemeral-storage, 1.1Ei",
        "ephemeral-storage, 8Ei"
    })
    void anythingOutsideItsBoundsIsRefusedByName(String word, String text) {
        assertThatThrownBy(() -> new ResourceLimits(Map.of(word, text)))
                .isInstanceOfSatisfying(
                        InvalidValue.class,
                        invalid -> assertThat(invalid.problems())
                                .extracting(Problem::field)
                                .containsExactly("resourceLimits." + word))
                .hasMessageContaining("must be a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CPU", "Memory", " cpu", "storage", "nvidia.com/gpu", "hugepages-2Mi"})
    void anUnknownNameIsRefusedWithTheKnownOnes(String word) {
        assertThatThrownBy(() -> new ResourceLimits(Map.of(word, "1")))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("resourceLimits: knows only cpu, memory, gpu, pids, ephemeral-storage;"
                        + " every other name is refused");
    }

    @Test
    void allProblemsAreToldTogether() {
        assertThatThrownBy(() -> new ResourceLimits(Map.of("cpu", "", "memory", "1", "disk", "1Gi")))
                .isInstanceOfSatisfying(
                        InvalidValue.class,
                        invalid -> assertThat(invalid.problems())
                                .extracting(Problem::field)
                                .containsExactlyInAnyOrder(
                                        "resourceLimits.cpu", "resourceLimits.memory", "resourceLimits"));
    }

    @ParameterizedTest
    @EnumSource(ResourceName.class)
    void whatWasNotGivenHasNoAmount(ResourceName name) {
        assertThat(ResourceLimits.none().amount(name)).isEmpty();
    }

    @Test
    void theLimitsStayAsTheyWereWritten() {
        Map<String, String> written = new HashMap<>(Map.of("memory", "0.5Gi"));
        ResourceLimits limits = new ResourceLimits(written);
        written.clear();

        assertThat(limits.written()).containsExactly(Map.entry("memory", "0.5Gi"));
        assertThatThrownBy(() -> limits.written().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
