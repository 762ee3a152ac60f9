package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.sandbox.Extensions;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.Source;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox as GET and list show it: everything but the environment and the registry credentials, which may be secret.
 * What is empty is left out. The order of the components is their order on the wire.
 */
record SandboxResponse(
        String id,
        @Nullable Image image,
        @Nullable String snapshotId,
        @Nullable PlatformResponse platform,
        SandboxStatusResponse status,
        @Nullable Map<String, String> metadata,
        List<String> entrypoint,
        Map<String, String> resourceLimits,
        @Nullable NetworkPolicyResponse networkPolicy,
        @Nullable List<VolumeResponse> volumes,
        @Nullable Map<String, String> extensions,
        @Nullable Integer exitCode,
        @Nullable String expiresAt,
        String createdAt) {

    record Image(String uri) {

        static @Nullable Image from(Source source) {
            return source instanceof Source.Image image
                    ? new Image(image.reference().text())
                    : null;
        }
    }

    static SandboxResponse from(Sandbox sandbox) {
        return from(sandbox, null);
    }

    /** @param lastActivity when it was used last, or null if that is not to be told */
    static SandboxResponse from(Sandbox sandbox, @Nullable Instant lastActivity) {
        SandboxSpec spec = sandbox.spec();
        return new SandboxResponse(
                sandbox.id().value(),
                Image.from(spec.source()),
                spec.source() instanceof Source.Snapshot snapshot
                        ? snapshot.id().value()
                        : null,
                PlatformResponse.from(spec.platform()),
                SandboxStatusResponse.from(sandbox.state()),
                nullIfEmpty(spec.metadata().labels()),
                spec.entrypoint().arguments(),
                spec.resourceLimits().written(),
                NetworkPolicyResponse.from(spec.networkPolicy()),
                spec.volumes().isEmpty()
                        ? null
                        : spec.volumes().stream().map(VolumeResponse::from).toList(),
                nullIfEmpty(extensions(spec, lastActivity)),
                sandbox.state().exitCode(),
                sandbox.expiresAt().map(Timestamps::format).orElse(null),
                Timestamps.format(sandbox.createdAt()));
    }

    private static Map<String, String> extensions(SandboxSpec spec, @Nullable Instant lastActivity) {
        if (lastActivity == null) {
            return spec.extensions().entries();
        }
        Map<String, String> entries = new TreeMap<>(spec.extensions().entries());
        entries.put(Extensions.LAST_ACTIVITY, Timestamps.format(lastActivity));
        return entries;
    }

    private static @Nullable Map<String, String> nullIfEmpty(Map<String, String> map) {
        return map.isEmpty() ? null : map;
    }
}
