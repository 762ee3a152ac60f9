package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.volume.Volume;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox is made of, as its creator asked for it.
 *
 * @param platform the platform to run, or null for the engine's own
 * @param networkPolicy the policy as asked for, or null for none, which allows everything
 */
public record SandboxSpec(
        Source source,
        @Nullable Platform platform,
        Entrypoint entrypoint,
        ResourceLimits resourceLimits,
        Environment env,
        Metadata metadata,
        @Nullable NetworkPolicy networkPolicy,
        List<Volume> volumes,
        Extensions extensions) {

    public static final int MAX_VOLUMES = 32;

    public SandboxSpec {
        volumes = List.copyOf(volumes);
        if (volumes.size() > MAX_VOLUMES) {
            throw new InvalidValue("volumes", "at most " + MAX_VOLUMES + " are allowed");
        }
        Set<String> names = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < volumes.size(); i++) {
            if (!names.add(volumes.get(i).name())) {
                throw new InvalidValue("volumes[" + i + "].name", "must be unique within the request");
            }
            if (!paths.add(volumes.get(i).mountPath().value())) {
                throw new InvalidValue("volumes[" + i + "].mountPath", "must be unique within the request");
            }
        }
    }

    /** Whether a volume is to be like something in particular if it is made, which not every runtime can do. */
    public boolean requestsStorage() {
        return volumes.stream()
                .anyMatch(volume ->
                        volume instanceof Volume.Named named && !named.request().isNone());
    }

    /** The same with another network policy. */
    public SandboxSpec withNetworkPolicy(NetworkPolicy policy) {
        return new SandboxSpec(
                source, platform, entrypoint, resourceLimits, env, metadata, policy, volumes, extensions);
    }

    /** The same with other labels. */
    public SandboxSpec withMetadata(Metadata other) {
        return new SandboxSpec(
                source, platform, entrypoint, resourceLimits, env, other, networkPolicy, volumes, extensions);
    }

    /** The same without the environment, for everything that outlives the start of the entry process. */
    public SandboxSpec withoutSecrets() {
        return withEnv(Environment.none());
    }

    /** The same with another environment. */
    public SandboxSpec withEnv(Environment other) {
        return new SandboxSpec(
                source, platform, entrypoint, resourceLimits, other, metadata, networkPolicy, volumes, extensions);
    }
}
