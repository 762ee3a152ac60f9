package dev.sandkeep.adapters.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is noted where a sandbox runs, on its container or its Pod: whose it is, and what a server that lost its records
 * needs to take the sandbox over. Whoever may look there can read it, so no secret is in it. Pure.
 */
public final class SandboxNotes {

    private static final Logger log = LoggerFactory.getLogger(SandboxNotes.class);

    /** What all keys begin with. */
    public static final String PREFIX = "sandkeep.dev/";

    /** Whose it is. */
    public static final String INSTANCE = PREFIX + "instance";

    public static final String SANDBOX_ID = PREFIX + "sandbox-id";

    /** Of a volume: whether it ends with the sandbox that it was made for. */
    public static final String DELETE_WITH_SANDBOX = PREFIX + "delete-with-sandbox";

    private static final String CREATED_AT = PREFIX + "created-at";
    private static final String EXPIRES_AT = PREFIX + "expires-at";
    private static final String SPEC = PREFIX + "spec";

    private static final ObjectWriter WRITER = new JsonMapper().writer();
    private static final ObjectReader READER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readerFor(SpecJson.class);

    private SandboxNotes() {}

    /** What {@link #adoptable} reads. */
    public static Map<String, String> of(Sandbox sandbox) {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put(CREATED_AT, sandbox.createdAt().toString());
        sandbox.expiresAt().ifPresent(expiry -> notes.put(EXPIRES_AT, expiry.toString()));
        notes.put(SPEC, write(SpecJson.from(sandbox.spec())));
        return notes;
    }

    public static Optional<SandboxId> sandboxId(Map<String, String> notes) {
        return Optional.ofNullable(notes.get(SANDBOX_ID)).flatMap(SandboxId::find);
    }

    /** The sandbox that the notes describe, or null if they do not describe one. */
    public static @Nullable Sandbox adoptable(SandboxId id, Map<String, String> notes, Instant now) {
        String spec = notes.get(SPEC);
        String createdAt = notes.get(CREATED_AT);
        if (spec == null || createdAt == null) {
            return null;
        }
        try {
            SpecJson read = READER.readValue(spec);
            String expiresAt = notes.get(EXPIRES_AT);
            return Sandbox.adopt(
                    id,
                    read.toSpec(),
                    Instant.parse(createdAt),
                    expiresAt == null ? null : Instant.parse(expiresAt),
                    now);
        } catch (JsonProcessingException | RuntimeException garbled) {
            // Whoever may write there may write anything, so nothing in there is a fault of ours.
            log.warn("What is noted of sandbox {} where it runs cannot be read: {}", id, garbled.toString());
            return null;
        }
    }

    private static String write(SpecJson spec) {
        try {
            return WRITER.writeValueAsString(spec);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A spec of plain strings could not be written", impossible);
        }
    }
}
