package dev.sandkeep.adapters.http.sandbox;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.application.lifecycle.LifetimePolicy;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.Entrypoint;
import dev.sandkeep.domain.sandbox.Environment;
import dev.sandkeep.domain.sandbox.Extensions;
import dev.sandkeep.domain.sandbox.Metadata;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.ResourceName;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.volume.Volume;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a create request.
 *
 * @param timeout how long the sandbox may live, or null for ever
 * @param credentials for the image's registry, or null
 */
record CreateSandboxRequest(
        SandboxSpec spec,
        @Nullable Duration timeout,
        @Nullable RegistryCredentials credentials) {

    /**
     * The request in this document.
     *
     * @throws dev.sandkeep.domain.problem.InvalidValue with the problems of all fields
     * @throws dev.sandkeep.domain.snapshot.SnapshotException.NotFound if no snapshot can have such an id
     */
    static CreateSandboxRequest from(JsonNode document) {
        Problems problems = new Problems();
        JsonObject body = JsonObject.root(document, problems);
        refuseUnsupported(body);
        SourceRequest source = SourceRequest.read(body, problems);
        Duration timeout = timeout(body);
        Entrypoint entrypoint = entrypoint(body, source == null || source.needsEntrypoint(), problems);
        Platform platform = platform(body, problems);
        ResourceLimits limits = limits(body, problems);
        Environment env = problems.collect(() -> environment(body));
        Metadata metadata = problems.collect(() -> metadata(body));
        Extensions extensions = problems.collect(() -> extensions(body));
        List<Volume> volumes = VolumeRequest.read(body, problems);
        var networkPolicy = NetworkPolicyRequest.read(body, problems);
        problems.throwIfAny();
        SandboxSpec spec = new SandboxSpec(
                requireNonNull(source).toDomain(),
                platform,
                requireNonNull(entrypoint),
                requireNonNull(limits),
                requireNonNull(env),
                requireNonNull(metadata),
                networkPolicy,
                volumes,
                requireNonNull(extensions));
        return new CreateSandboxRequest(spec, timeout, source.credentials());
    }

    /** Fields that mean something to other servers: ignoring them would give less than was asked for. */
    private static void refuseUnsupported(JsonObject body) {
        if (body.flag("secureAccess", false)) {
            body.problem("secureAccess", "is not supported by this server; leave it out");
        }
        JsonObject proxy = body.object("credentialProxy");
        if (proxy != null && proxy.flag("enabled", false)) {
            proxy.problem("enabled", "is not supported by this server; leave it out");
        }
    }

    private static @Nullable Duration timeout(JsonObject body) {
        String rule = "must be a whole number of seconds, at least " + LifetimePolicy.LEAST.toSeconds()
                + ", or null for no expiry";
        if (!body.mentions("timeout")) {
            body.problem("timeout", "is required; " + rule);
            return null;
        }
        Long seconds = body.wholeNumber("timeout");
        if (seconds == null) {
            return null;
        }
        // The longest timeout is the operator's to say; a year is far beyond it and still a date.
        long bounded = Math.clamp(seconds, 0, Duration.ofDays(36_500).toSeconds());
        if (bounded < LifetimePolicy.LEAST.toSeconds()) {
            body.problem("timeout", rule);
        }
        return Duration.ofSeconds(bounded);
    }

    private static @Nullable Entrypoint entrypoint(JsonObject body, boolean required, Problems problems) {
        if (!required && !body.has("entrypoint")) {
            return Entrypoint.waiting();
        }
        body.require("entrypoint", "an array of strings, the executable first");
        List<String> arguments = body.texts("entrypoint", Entrypoint.MAX_ARGUMENTS);
        return arguments == null ? null : problems.collect(() -> new Entrypoint(arguments));
    }

    private static @Nullable Platform platform(JsonObject body, Problems problems) {
        JsonObject platform = body.object("platform");
        if (platform == null) {
            return null;
        }
        platform.require("os", "must be linux or windows");
        platform.require("arch", "must be amd64 or arm64");
        String os = platform.text("os");
        String arch = platform.text("arch");
        return os == null || arch == null ? null : problems.collect(() -> new Platform(os, arch));
    }

    private static @Nullable ResourceLimits limits(JsonObject body, Problems problems) {
        body.require("resourceLimits", "an object of strings, for example {\"cpu\":\"500m\",\"memory\":\"512Mi\"}");
        Map<String, String> limits = body.textMap("resourceLimits", ResourceName.values().length);
        return limits == null ? null : problems.collect(() -> new ResourceLimits(limits));
    }

    private static Environment environment(JsonObject body) {
        Map<String, String> variables = body.textMapWithoutNulls("env", Environment.MAX_VARIABLES);
        return variables == null ? Environment.none() : new Environment(variables);
    }

    private static Metadata metadata(JsonObject body) {
        return new Metadata(requireNonNullElse(body.textMap("metadata", Metadata.MAX_LABELS), Map.of()));
    }

    private static Extensions extensions(JsonObject body) {
        Map<String, String> entries =
                requireNonNullElse(body.textMap("extensions", Extensions.MAX_ENTRIES), Map.<String, String>of());
        if (!entries.getOrDefault("poolRef", "").isBlank()) {
            body.problem("extensions.poolRef", "this server has no pools; leave it out and give an image");
        }
        return new Extensions(entries);
    }
}
