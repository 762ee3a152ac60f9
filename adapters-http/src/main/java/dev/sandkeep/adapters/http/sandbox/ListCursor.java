package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.application.port.SandboxQuery.Position;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** A place in the list of sandboxes, as text that clients only hand back. */
final class ListCursor {

    private static final int BYTES = 3 * Long.BYTES;

    /** The first microsecond that no timestamp of the API can name. */
    private static final long TOO_LATE =
            ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse("9999-12-31T23:59:59Z"));

    private ListCursor() {}

    static String write(Position position) {
        UUID id = UUID.fromString(position.id().value());
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, position.createdAt()))
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The place, or nothing if this is no such text. */
    static Optional<Position> find(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
        if (bytes.length != BYTES) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long micros = buffer.getLong();
        Optional<SandboxId> id = SandboxId.find(new UUID(buffer.getLong(), buffer.getLong()).toString());
        return micros < 0 || micros >= TOO_LATE
                ? Optional.empty()
                : id.map(known -> new Position(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), known));
    }
}
