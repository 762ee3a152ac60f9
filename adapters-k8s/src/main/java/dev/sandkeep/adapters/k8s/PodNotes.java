package dev.sandkeep.adapters.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sandkeep.adapters.runtime.SpecJson;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The labels and annotations of what is made on the cluster: whose it is, and on a Pod also what a server that lost its
 * records needs to take the sandbox over. Whoever may look at Pods can read them, so no secret is in them. Pure.
 */
final class PodNotes {

    private static final Logger log = LoggerFactory.getLogger(PodNotes.class);

    private static final String PREFIX = "sandkeep.dev/";
    static final String INSTANCE = PREFIX + "instance";
    static final String SANDBOX_ID = PREFIX + "sandbox-id";
    static final String DELETE_WITH_SANDBOX = PREFIX + "delete-with-sandbox";
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    private static final String COMPONENT = "app.kubernetes.io/component";
    private static final String CREATED_AT = PREFIX + "created-at";
    private static final String EXPIRES_AT = PREFIX + "expires-at";
    private static final String SPEC = PREFIX + "spec";

    /** Of a Secret: which revision of the policy is in it. */
    static final String POLICY_REVISION = PREFIX + "policy-revision";

    private static final ObjectWriter WRITER = new JsonMapper().writer();
    private static final ObjectReader READER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readerFor(SpecJson.class);

    private PodNotes() {}

    static Map<String, String> labels(String instance, SandboxId id) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(MANAGED_BY, "sandkeep");
        labels.put(COMPONENT, "sandbox");
        labels.put(INSTANCE, instance);
        labels.put(SANDBOX_ID, id.value());
        return labels;
    }

    static Map<String, String> annotations(Sandbox sandbox) {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(CREATED_AT, sandbox.createdAt().toString());
        sandbox.expiresAt().ifPresent(expiry -> annotations.put(EXPIRES_AT, expiry.toString()));
        annotations.put(SPEC, write(SpecJson.from(sandbox.spec())));
        return annotations;
    }

    static Map<String, String> labelsOfClaim(String instance, SandboxId madeFor, boolean deleteWithSandbox) {
        Map<String, String> labels = labels(instance, madeFor);
        labels.put(DELETE_WITH_SANDBOX, Boolean.toString(deleteWithSandbox));
        return labels;
    }

    static boolean belongsTo(String instance, HasMetadata thing) {
        return instance.equals(labelsOf(thing).get(INSTANCE));
    }

    /** Whose it is; nothing for what was not made by a server like this one. */
    static Optional<String> instanceOf(HasMetadata thing) {
        return Optional.ofNullable(labelsOf(thing).get(INSTANCE));
    }

    static Optional<SandboxId> sandboxId(HasMetadata thing) {
        return Optional.ofNullable(labelsOf(thing).get(SANDBOX_ID)).flatMap(SandboxId::find);
    }

    private static Map<String, String> labelsOf(HasMetadata thing) {
        return Objects.requireNonNullElse(thing.getMetadata().getLabels(), Map.of());
    }

    static Map<String, String> annotationsOf(HasMetadata thing) {
        return Objects.requireNonNullElse(thing.getMetadata().getAnnotations(), Map.of());
    }

    /** Those that a server like this one wrote. */
    static Map<String, String> ownAnnotations(HasMetadata thing) {
        Map<String, String> own = new LinkedHashMap<>(annotationsOf(thing));
        own.keySet().removeIf(key -> !key.startsWith(PREFIX));
        return own;
    }

    /** The sandbox that is noted on the Pod, or null if none is. */
    static @Nullable Sandbox adoptable(HasMetadata pod, Instant now) {
        Optional<SandboxId> id = sandboxId(pod);
        Map<String, String> annotations = annotationsOf(pod);
        String spec = annotations.get(SPEC);
        String createdAt = annotations.get(CREATED_AT);
        if (id.isEmpty() || spec == null || createdAt == null) {
            return null;
        }
        try {
            SpecJson read = READER.readValue(spec);
            String expiresAt = annotations.get(EXPIRES_AT);
            return Sandbox.adopt(
                    id.get(),
                    read.toSpec(),
                    Instant.parse(createdAt),
                    expiresAt == null ? null : Instant.parse(expiresAt),
                    now);
        } catch (JsonProcessingException | RuntimeException garbled) {
            // Whoever may annotate Pods may write anything there, so nothing in there is a fault of ours.
            log.warn("The annotations of the Pod of sandbox {} cannot be read: {}", id.get(), garbled.toString());
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
