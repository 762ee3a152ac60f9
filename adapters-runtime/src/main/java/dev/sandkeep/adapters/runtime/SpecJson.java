package dev.sandkeep.adapters.runtime;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.network.Target;
import dev.sandkeep.domain.sandbox.Entrypoint;
import dev.sandkeep.domain.sandbox.Environment;
import dev.sandkeep.domain.sandbox.Extensions;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Metadata;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.volume.AccessMode;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.StorageRequest;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A spec as it is kept with the container: everything but the environment, whose values may be secrets. It has either an
 * image or a snapshot.
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
record SpecJson(
        @Nullable String image,
        @Nullable String snapshotId,
        boolean imageAuthenticated,
        @Nullable PlatformJson platform,
        List<String> entrypoint,
        @Nullable Map<String, String> resourceLimits,
        @Nullable Map<String, String> metadata,
        @Nullable PolicyJson networkPolicy,
        @Nullable List<VolumeJson> volumes,
        @Nullable Map<String, String> extensions) {

    public record PlatformJson(String os, String arch) {}

    public record PolicyJson(String defaultAction, List<RuleJson> egress) {}

    public record RuleJson(String action, String target) {}

    /** A volume; it has either a path or a claim name. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record VolumeJson(
            String name,
            String mountPath,
            boolean readOnly,
            @Nullable String subPath,
            @Nullable String path,
            @Nullable String claimName,
            boolean createIfNotExists,
            boolean deleteOnSandboxTermination,
            @Nullable StorageRequestJson request) {

        static VolumeJson from(Volume volume) {
            @Nullable
            String subPath = volume.subPath() == null ? null : volume.subPath().value();
            return switch (volume) {
                case Volume.HostPath host ->
                    new VolumeJson(
                            host.name(),
                            host.mountPath().value(),
                            host.readOnly(),
                            subPath,
                            host.path(),
                            null,
                            false,
                            false,
                            null);
                case Volume.Named named ->
                    new VolumeJson(
                            named.name(),
                            named.mountPath().value(),
                            named.readOnly(),
                            subPath,
                            null,
                            named.claimName(),
                            named.createIfNotExists(),
                            named.deleteOnSandboxTermination(),
                            named.request().isNone() ? null : StorageRequestJson.from(named.request()));
            };
        }

        Volume toVolume() {
            MountPath mountedAt = new MountPath(mountPath);
            @Nullable SubPath within = subPath == null ? null : new SubPath(subPath);
            if (path != null) {
                return new Volume.HostPath(name, mountedAt, readOnly, within, path);
            }
            if (claimName == null) {
                throw new IllegalArgumentException("A volume needs a path or a claim name");
            }
            return new Volume.Named(
                    name,
                    mountedAt,
                    readOnly,
                    within,
                    claimName,
                    createIfNotExists,
                    deleteOnSandboxTermination,
                    request == null ? StorageRequest.none() : request.toRequest());
        }
    }

    /** What a volume is to be like if it is made. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record StorageRequestJson(
            @Nullable String storageClass,
            @Nullable String storage,
            @Nullable List<String> accessModes) {

        static StorageRequestJson from(StorageRequest request) {
            return new StorageRequestJson(
                    request.storageClass(),
                    request.storage(),
                    request.accessModes().isEmpty()
                            ? null
                            : request.accessModes().stream()
                                    .map(AccessMode::word)
                                    .toList());
        }

        StorageRequest toRequest() {
            return new StorageRequest(
                    storageClass,
                    storage,
                    accessModes == null
                            ? List.of()
                            : accessModes.stream()
                                    .map(word -> AccessMode.find(word).orElseThrow())
                                    .toList());
        }
    }

    public static SpecJson from(SandboxSpec spec) {
        Source source = spec.source();
        Platform platform = spec.platform();
        NetworkPolicy policy = spec.networkPolicy();
        return new SpecJson(
                source instanceof Source.Image from ? from.reference().text() : null,
                source instanceof Source.Snapshot from ? from.id().value() : null,
                source.authenticated(),
                platform == null ? null : new PlatformJson(platform.os(), platform.arch()),
                spec.entrypoint().arguments(),
                spec.resourceLimits().written(),
                spec.metadata().labels(),
                policy == null ? null : policyFrom(policy),
                spec.volumes().stream().map(VolumeJson::from).toList(),
                spec.extensions().entries());
    }

    /**
     * The spec that was noted, without an environment.
     *
     * @throws RuntimeException if anything in it is missing or not valid any more
     */
    public SandboxSpec toSpec() {
        return new SandboxSpec(
                source(),
                platform == null ? null : new Platform(platform.os(), platform.arch()),
                new Entrypoint(entrypoint),
                new ResourceLimits(orEmpty(resourceLimits)),
                Environment.none(),
                new Metadata(orEmpty(metadata)),
                networkPolicy == null ? null : policyOf(networkPolicy),
                volumes == null
                        ? List.of()
                        : volumes.stream().map(VolumeJson::toVolume).toList(),
                new Extensions(orEmpty(extensions)));
    }

    private Source source() {
        return snapshotId == null
                ? new Source.Image(ImageRef.parse(Objects.requireNonNull(image, "image")), imageAuthenticated)
                : new Source.Snapshot(new SnapshotId(snapshotId));
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private static PolicyJson policyFrom(NetworkPolicy policy) {
        return new PolicyJson(
                policy.defaultAction().name(),
                policy.rules().stream()
                        .map(rule ->
                                new RuleJson(rule.action().name(), rule.target().text()))
                        .toList());
    }

    private static NetworkPolicy policyOf(PolicyJson policy) {
        return new NetworkPolicy(
                Action.valueOf(policy.defaultAction()),
                policy.egress().stream()
                        .map(rule -> new NetworkRule(
                                Action.valueOf(rule.action()),
                                Target.find(rule.target()).orElseThrow()))
                        .toList());
    }
}
