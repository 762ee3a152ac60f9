package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryCredentialsTest {

    @Test
    void theirTextShowsNothing() {
        assertThat(new RegistryCredentials("alice", "hunter2")).hasToString("RegistryCredentials[***]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void aUserNameIsNeeded(String username) {
        assertThatThrownBy(() -> new RegistryCredentials(username, "hunter2"))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("image.auth.username: must have 1 to 8192 characters");
    }

    @Test
    void aPasswordIsNeededAndNotRepeatedInTheError() {
        String tooLong = "hunter2".repeat(2000);

        assertThatThrownBy(() -> new RegistryCredentials("alice", "")).isInstanceOf(InvalidValue.class);
        assertThatThrownBy(() -> new RegistryCredentials("alice", tooLong))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("image.auth.password: must have 1 to 8192 characters");
    }
}
