package dev.sandkeep.adapters.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sandkeep.adapters.runtime.SpecJson;
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
 * What is noted on everything that is made on the engine: whose it is, and on a container also what a server that lost
 * its records needs to take the sandbox over. Anybody who may ask the engine can read labels, so no secret is in them.
 */
final class ContainerLabels {

    private static final Logger log = LoggerFactory.getLogger(ContainerLabels.class);

    private static final String PREFIX = "sandkeep.dev/";
    static final String INSTANCE = PREFIX + "instance";
    private static final String ROLE = PREFIX + "role";
    private static final String EGRESS = "egress";
    static final String SANDBOX_ID = PREFIX + "sandbox-id";
    static final String DELETE_WITH_SANDBOX = PREFIX + "delete-with-sandbox";
    private static final String CREATED_AT = PREFIX + "created-at";
    private static final String EXPIRES_AT = PREFIX + "expires-at";
    private static final String SPEC = PREFIX + "spec";

    private static final ObjectWriter WRITER = new JsonMapper().writer();
    private static final ObjectReader READER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readerFor(SpecJson.class);

    private ContainerLabels() {}

    static Map<String, String> ofContainer(String instance, Sandbox sandbox) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(INSTANCE, instance);
        labels.put(SANDBOX_ID, sandbox.id().value());
        labels.put(CREATED_AT, sandbox.createdAt().toString());
        sandbox.expiresAt().ifPresent(expiry -> labels.put(EXPIRES_AT, expiry.toString()));
        labels.put(SPEC, write(SpecJson.from(sandbox.spec())));
        return labels;
    }

    /** Nothing of the sandbox: a sidecar is made before anybody knows which one it is for, and its name tells later. */
    static Map<String, String> ofSidecar(String instance) {
        return Map.of(INSTANCE, instance, ROLE, EGRESS);
    }

    static boolean isSidecar(@Nullable Map<String, String> labels) {
        return labels != null && EGRESS.equals(labels.get(ROLE));
    }

    static Map<String, String> ofVolume(String instance, SandboxId madeFor, boolean deleteWithSandbox) {
        return Map.of(
                INSTANCE, instance,
                SANDBOX_ID, madeFor.value(),
                DELETE_WITH_SANDBOX, Boolean.toString(deleteWithSandbox));
    }

    static Map<String, String> ofNetwork(String instance) {
        return Map.of(INSTANCE, instance);
    }

    static boolean belongsTo(String instance, @Nullable Map<String, String> labels) {
        return labels != null && instance.equals(labels.get(INSTANCE));
    }

    static Optional<SandboxId> sandboxId(@Nullable Map<String, String> labels) {
        return Optional.ofNullable(labels)
                .map(present -> present.get(SANDBOX_ID))
                .flatMap(SandboxId::find);
    }

    static boolean goesWithSandbox(@Nullable Map<String, String> labels) {
        return labels != null && Boolean.parseBoolean(labels.get(DELETE_WITH_SANDBOX));
    }

    /** The sandbox that the labels describe, or null if they do not describe one. */
    static @Nullable Sandbox adoptable(Map<String, String> labels, Instant now) {
        Optional<SandboxId> id = sandboxId(labels);
        String spec = labels.get(SPEC);
        String createdAt = labels.get(CREATED_AT);
        if (id.isEmpty() || spec == null || createdAt == null) {
            return null;
        }
        try {
            SpecJson read = READER.readValue(spec);
            String expiresAt = labels.get(EXPIRES_AT);
            return Sandbox.adopt(
                    id.get(),
                    read.toSpec(),
                    Instant.parse(createdAt),
                    expiresAt == null ? null : Instant.parse(expiresAt),
                    now);
        } catch (JsonProcessingException | RuntimeException garbled) {
            // Whoever may write labels may write anything into them, so nothing in there is a fault of ours.
            log.warn("The labels of the container of sandbox {} cannot be read: {}", id.get(), garbled.toString());
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
