package dev.sandkeep.adapters.persistence;

import dev.sandkeep.adapters.persistence.SecretBox.Purpose;
import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Logs of ended sandboxes as sealed rows. Thread-safe. */
public final class JdbiSandboxLogs implements SandboxLogs {

    private final Jdbi jdbi;
    private final SecretBox secrets;

    JdbiSandboxLogs(Jdbi jdbi, SecretBox secrets) {
        this.jdbi = jdbi;
        this.secrets = secrets;
    }

    private record Row(SealedText text, boolean truncated) {}

    @Override
    public void keep(SandboxId id, LogExcerpt log) {
        SealedText sealed = secrets.seal(log.text(), id, Purpose.LOG);
        UUID uuid = UUID.fromString(id.value());
        while (true) {
            try {
                jdbi.useTransaction(handle -> {
                    if (!update(handle, uuid, sealed, log.truncated())) {
                        handle.execute(
                                "insert into sandbox_log (sandbox_id, sealed_text, truncated)"
                                        + " select id, cast(? as bytea), cast(? as boolean) from sandbox where id = ?",
                                sealed.bytes(),
                                log.truncated(),
                                uuid);
                    }
                });
                return;
            } catch (UnableToExecuteStatementException failed) {
                if (!SqlErrors.isUniqueViolation(failed)) {
                    throw failed;
                }
                // Somebody else kept one between the two statements, so now there is one to replace.
            }
        }
    }

    private static boolean update(Handle handle, UUID id, SealedText text, boolean truncated) {
        return handle.execute(
                        "update sandbox_log set sealed_text = ?, truncated = ? where sandbox_id = ?",
                        text.bytes(),
                        truncated,
                        id)
                == 1;
    }

    @Override
    public Optional<LogExcerpt> find(SandboxId id) {
        return jdbi.withHandle(handle -> handle.select(
                                "select sealed_text, truncated from sandbox_log where sandbox_id = ?",
                                UUID.fromString(id.value()))
                        .map((row, _) -> new Row(new SealedText(row.getBytes(1)), row.getBoolean(2)))
                        .findOne())
                .map(row -> open(id, row));
    }

    private LogExcerpt open(SandboxId id, Row row) {
        String text = secrets.open(row.text(), id, Purpose.LOG)
                .orElseThrow(() -> new CorruptRow(
                        "the log of sandbox " + id, "sealed_text", "was sealed with another key, or changed"));
        return new LogExcerpt(text, row.truncated());
    }
}
