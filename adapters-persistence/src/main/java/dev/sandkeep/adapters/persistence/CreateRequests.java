package dev.sandkeep.adapters.persistence;

import dev.sandkeep.adapters.persistence.SecretBox.Purpose;
import dev.sandkeep.application.port.IdempotentRequest;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * The rows of {@code create_request}. The fingerprint is sealed: as the hash of a request it would let a reader of the
 * database try out what was in it.
 */
final class CreateRequests {

    private final SecretBox secrets;

    CreateRequests(SecretBox secrets) {
        this.secrets = secrets;
    }

    /** The key belongs to an earlier request. The transaction cannot go on. */
    static final class KeyTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private KeyTaken(Throwable cause) {
            super("The idempotency key is taken", cause);
        }
    }

    /**
     * Takes the key, unless a request that is younger than {@code notBefore} has it.
     *
     * @throws KeyTaken if it has
     */
    void claim(Handle handle, IdempotentRequest request, Instant notBefore) {
        handle.execute(
                "delete from create_request where owner = ? and request_key = ? and created_at <= ?",
                request.owner(),
                request.key(),
                Instants.utc(notBefore));
        SealedText fingerprint = secrets.seal(request.fingerprint(), request.sandboxId(), Purpose.FINGERPRINT);
        try {
            handle.execute(
                    "insert into create_request (owner, request_key, sealed_fingerprint, sandbox_id, created_at)"
                            + " values (?, ?, ?, ?, ?)",
                    request.owner(),
                    request.key(),
                    fingerprint.bytes(),
                    UUID.fromString(request.sandboxId().value()),
                    Instants.utc(request.createdAt()));
        } catch (UnableToExecuteStatementException failed) {
            if (SqlErrors.isUniqueViolation(failed)) {
                throw new KeyTaken(failed);
            }
            throw failed;
        }
    }

    Optional<IdempotentRequest> find(Handle handle, String owner, String key, Instant notBefore) {
        return handle.select(
                        "select sandbox_id, sealed_fingerprint, created_at from create_request"
                                + " where owner = ? and request_key = ? and created_at > ?",
                        owner,
                        key,
                        Instants.utc(notBefore))
                .map((row, _) -> read(row, owner, key))
                .findOne();
    }

    private IdempotentRequest read(ResultSet row, String owner, String key) throws SQLException {
        SandboxId id = SandboxId.of(row.getObject(1, UUID.class));
        String fingerprint = secrets.open(new SealedText(row.getBytes(2)), id, Purpose.FINGERPRINT)
                .orElseThrow(() -> new CorruptRow(
                        "the request that made sandbox " + id,
                        "sealed_fingerprint",
                        "was sealed with another key, or changed; is " + SecretKeyFile.NAME + " the one it was?"));
        return new IdempotentRequest(owner, key, fingerprint, id, Instants.read(row, 3));
    }
}
