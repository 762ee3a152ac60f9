package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxIdTest {

    private static final String TEXT = "5f0c7a4e-1111-4222-8333-444455556666";

    @Test
    void anIdIsARandomUuid() {
        assertThat(SandboxId.of(UUID.fromString(TEXT)))
                .isEqualTo(new SandboxId(TEXT))
                .hasToString(TEXT);
        assertThat(SandboxId.find(TEXT)).contains(new SandboxId(TEXT));
    }

    @Test
    void idsAreOrderedByTheirText() {
        assertThat(new SandboxId(TEXT)).isLessThan(new SandboxId("6" + TEXT.substring(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "5F0C7A4E-1111-4222-8333-444455556666",
                "5f0c7a4e-1111-1222-8333-444455556666", // version 1
                "5f0c7a4e-1111-4222-c333-444455556666", // another variant
                "5f0c7a4e111142228333444455556666",
                "{5f0c7a4e-1111-4222-8333-444455556666}",
                "urn:uuid:5f0c7a4e-1111-4222-8333-444455556666",
                " 5f0c7a4e-1111-4222-8333-444455556666",
                "5f0c7a4e-1111-4222-8333-444455556666\n",
                "5f0c7a4e-1111-4222-8333-44445555666",
                "5f0c7a4e-1111-4222-8333-4444555566667",
                "5f0c7a4e-1111-4222-8333-44445555666g",
                "٥f0c7a4e-1111-4222-8333-444455556666",
                "../../../../../../etc/passwd........"
            })
    void nothingElseIsOne(String text) {
        assertThat(SandboxId.find(text)).isEmpty();
        assertThatThrownBy(() -> new SandboxId(text))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("sandboxId: must be a version 4 UUID in lower case");
    }
}
