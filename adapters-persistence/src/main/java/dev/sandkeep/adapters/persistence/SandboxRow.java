package dev.sandkeep.adapters.persistence;

import dev.sandkeep.adapters.persistence.SecretBox.Purpose;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Deadline;
import dev.sandkeep.domain.sandbox.Environment;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.sandbox.StopCause;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** A row of the table {@code sandbox}; only a Pending one has an environment. */
record SandboxRow(
        UUID id,
        long version,
        String state,
        String reason,
        String message,
        @Nullable Integer exitCode,
        @Nullable String stopCause,
        Instant since,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant deadlineStoppedAt,
        @Nullable Instant deletedAt,
        long policyRevision,
        String spec,
        @Nullable SealedText env) {

    /** In the order in which {@link #read} takes them. */
    static final String COLUMNS =
            "id, version, state, reason, message, exit_code, stop_cause, since, created_at, expires_at,"
                    + " deadline_stopped_at, deleted_at, policy_revision, spec, sealed_env";

    static SandboxRow read(ResultSet row) throws SQLException {
        byte[] env = row.getBytes(15);
        return new SandboxRow(
                row.getObject(1, UUID.class),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getObject(6, Integer.class),
                row.getString(7),
                Instants.read(row, 8),
                Instants.read(row, 9),
                Instants.find(row, 10),
                Instants.find(row, 11),
                Instants.find(row, 12),
                row.getLong(13),
                row.getString(14),
                env == null ? null : new SealedText(env));
    }

    static SandboxRow from(Sandbox sandbox, SecretBox secrets) {
        SandboxState state = sandbox.state();
        return new SandboxRow(
                UUID.fromString(sandbox.id().value()),
                sandbox.version(),
                state.kind().name(),
                state.reason().name(),
                storable(state.message()),
                state.exitCode(),
                state instanceof SandboxState.Stopping stopping
                        ? stopping.cause().name()
                        : null,
                state.since(),
                sandbox.createdAt(),
                sandbox.expiresAt().orElse(null),
                sandbox.deadline().map(Deadline::stoppedAt).orElse(null),
                sandbox.deletedAt().orElse(null),
                sandbox.policyRevision(),
                SpecJson.write(sandbox.spec()),
                sealedEnv(sandbox, secrets));
    }

    /** PostgreSQL takes no NUL in a text, and a message may quote what a process wrote. */
    static String storable(String message) {
        return message.replace('\0', '\uFFFD');
    }

    private static @Nullable SealedText sealedEnv(Sandbox sandbox, SecretBox secrets) {
        Environment env = sandbox.spec().env();
        return !(sandbox.state() instanceof SandboxState.Pending)
                        || env.variables().isEmpty()
                ? null
                : secrets.seal(SpecJson.write(env), sandbox.id(), Purpose.ENV);
    }

    Update bindTo(Update statement) {
        SandboxState current = toState();
        return statement
                .bind("id", id)
                .bind("version", version)
                .bind("state", state)
                .bind("ended", current.ended())
                .bind("reason", reason)
                .bind("message", message)
                .bind("exitCode", exitCode)
                .bind("stopCause", stopCause)
                .bind("since", Instants.utc(since))
                .bind("createdAt", Instants.utc(createdAt))
                .bind("expiresAt", Instants.utc(expiresAt))
                .bind("deadlineStoppedAt", Instants.utc(deadlineStoppedAt))
                .bind("dueAt", Instants.utc(current.wanted() && deadlineStoppedAt == null ? expiresAt : null))
                .bind("deletedAt", Instants.utc(deletedAt))
                .bind("policyRevision", policyRevision)
                .bind("spec", spec)
                .bind("env", env == null ? null : env.bytes());
    }

    /**
     * The sandbox that was stored.
     *
     * @throws CorruptRow if it cannot be made of these values
     */
    Sandbox toDomain(SecretBox secrets, RecentSpecs specs) {
        Environment environment = column("sealed_env", () -> environment(secrets));
        return Sandbox.restore(
                sandboxId(),
                column("spec", () -> specs.read(spec).withEnv(environment)),
                column("state", this::toState),
                createdAt,
                expiresAt == null ? null : new Deadline(expiresAt, deadlineStoppedAt),
                deletedAt,
                policyRevision,
                version);
    }

    private SandboxId sandboxId() {
        return SandboxId.of(id);
    }

    private SandboxState toState() {
        StatusReason why = StatusReason.valueOf(reason);
        return switch (SandboxState.Kind.valueOf(state)) {
            case PENDING -> new SandboxState.Pending(since, why, message);
            case RUNNING -> new SandboxState.Running(since);
            case PAUSING -> new SandboxState.Pausing(since);
            case PAUSED -> new SandboxState.Paused(since);
            case RESUMING -> new SandboxState.Resuming(since);
            case STOPPING -> new SandboxState.Stopping(since, StopCause.valueOf(String.valueOf(stopCause)));
            case TERMINATED -> new SandboxState.Terminated(since, why, message, exitCode);
            case FAILED -> new SandboxState.Failed(since, why, message, exitCode);
        };
    }

    private Environment environment(SecretBox secrets) {
        if (env == null) {
            return Environment.none();
        }
        String text = secrets.open(env, sandboxId(), Purpose.ENV)
                .orElseThrow(() -> new IllegalArgumentException(
                        "was sealed with another key, or changed; is " + SecretKeyFile.NAME + " the one it was?"));
        return SpecJson.readEnvironment(text);
    }

    private <T> T column(String name, Supplier<T> value) {
        try {
            return value.get();
        } catch (InvalidValue broken) {
            throw new CorruptRow("sandbox " + id, name, "breaks a rule: " + broken.getMessage());
        } catch (IllegalArgumentException broken) {
            throw new CorruptRow("sandbox " + id, name, String.valueOf(broken.getMessage()));
        }
    }
}
