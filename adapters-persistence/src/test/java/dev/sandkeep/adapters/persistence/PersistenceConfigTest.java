package dev.sandkeep.adapters.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sandkeep.adapters.persistence.PersistenceConfig.H2;
import dev.sandkeep.adapters.persistence.PersistenceConfig.PostgreSql;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class PersistenceConfigTest {

    @Test
    void noSecretIsShown() {
        PostgreSql storage =
                new PostgreSql("jdbc:postgresql://db.example.com/sandkeep?password=hunter2", "alice", "hunter3");
        PersistenceConfig config = new PersistenceConfig(storage, 4, DatabaseUnderTest.KEY);
        assertThat(config.toString())
                .contains("jdbc:postgresql://db.example.com/sandkeep", "alice")
                .doesNotContain("hunter");
    }

    @Test
    void onlyAUrlOfPostgreSqlIsOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PostgreSql("jdbc:h2:mem:", "alice", "hunter2"))
                .withMessageContaining("jdbc:postgresql:");
    }

    @Test
    void aUserIsNeeded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PostgreSql("jdbc:postgresql:sandkeep", " ", "hunter2"))
                .withMessageContaining("user");
    }

    @Test
    void aPoolHasConnections() {
        H2 storage = new H2(Path.of("/var/lib/sandkeep"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PersistenceConfig(storage, 0, DatabaseUnderTest.KEY))
                .withMessageContaining("poolSize");
    }

    @Test
    void aDirectoryCannotSetOptionsOfH2() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new H2(Path.of("/var/lib/sandkeep;INIT=x")))
                .withMessageContaining("semicolon");
    }
}
