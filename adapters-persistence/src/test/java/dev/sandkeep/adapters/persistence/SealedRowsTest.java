package dev.sandkeep.adapters.persistence;

import static dev.sandkeep.adapters.persistence.DatabaseUnderTest.ANOTHER_KEY;
import static dev.sandkeep.adapters.persistence.DatabaseUnderTest.KEY;
import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.adapters.persistence.PersistenceConfig.H2;
import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.domain.sandbox.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealedRowsTest {

    private static final String FINGERPRINT = "fingerprint-of-the-request";

    @TempDir
    Path directory;

    private final Sandbox sandbox = aSandbox(aSpec().image("recognisable/image").env("TOKEN", "hunter2-and-more"));

    private DatabaseUnderTest open(SecretKey key) {
        return new DatabaseUnderTest(new H2(directory), key);
    }

    private void addSandbox() {
        try (DatabaseUnderTest database = open(KEY)) {
            database.sandboxes().add(sandbox, new IdempotentRequest("alice", "key", FINGERPRINT, sandbox.id(), NOW));
        }
    }

    @Test
    void noSecretIsInTheFile() throws IOException {
        addSandbox();
        String file = Files.readString(directory.resolve("sandkeep.mv.db"), StandardCharsets.ISO_8859_1);
        assertThat(file).contains("recognisable/image").doesNotContain("TOKEN", "hunter2-and-more", FINGERPRINT);
    }

    @Test
    void aPendingSandboxCannotBeReadWithAnotherKey() {
        addSandbox();
        try (DatabaseUnderTest database = open(ANOTHER_KEY)) {
            assertThatThrownBy(() -> database.sandboxes().find(sandbox.id()))
                    .isInstanceOf(CorruptRow.class)
                    .hasMessageContainingAll(sandbox.id().value(), "sealed_env", "secret.key");
        }
    }

    @Test
    void aKeyedRequestCannotBeReadWithAnotherKey() {
        addSandbox();
        try (DatabaseUnderTest database = open(ANOTHER_KEY)) {
            assertThatThrownBy(() -> database.sandboxes().findRequest("alice", "key", NOW.minusSeconds(1)))
                    .isInstanceOf(CorruptRow.class)
                    .hasMessageContainingAll("sealed_fingerprint", "secret.key");
        }
    }

    @Test
    void aSandboxThatIsNoLongerPendingNeedsNoKey() {
        addSandbox();
        try (DatabaseUnderTest database = open(KEY)) {
            database.sandboxes().save(sandbox.started(NOW));
        }
        try (DatabaseUnderTest database = open(ANOTHER_KEY)) {
            assertThat(database.sandboxes().find(sandbox.id())).isPresent();
        }
    }

    @Test
    void theEnvironmentOfOneSandboxCannotBeGivenToAnother() {
        addSandbox();
        try (DatabaseUnderTest database = open(KEY)) {
            Sandbox thief = aSandbox();
            database.sandboxes().add(thief, null);
            database.execute("update sandbox set sealed_env = (select sealed_env from sandbox where id = '"
                    + sandbox.id() + "') where id = '" + thief.id() + "'");
            assertThatThrownBy(() -> database.sandboxes().find(thief.id())).isInstanceOf(CorruptRow.class);
        }
    }

    @Test
    void aSpecThatCannotBeReadIsToldWithoutItsValue() {
        addSandbox();
        try (DatabaseUnderTest database = open(KEY)) {
            database.execute("update sandbox set spec = '{\"image\": hunter2'");
            assertThatThrownBy(() -> database.sandboxes().find(sandbox.id()))
                    .isInstanceOf(CorruptRow.class)
                    .hasMessageContainingAll(sandbox.id().value(), "spec")
                    .hasMessageNotContaining("hunter2")
                    .hasNoCause();
        }
    }

    @Test
    void anOutageIsNeverTakenForAbsence() {
        DatabaseUnderTest database = open(KEY);
        JdbiSandboxRepository sandboxes = database.sandboxes();
        database.close();
        assertThatThrownBy(() -> sandboxes.find(sandbox.id())).isInstanceOf(RuntimeException.class);
    }
}
