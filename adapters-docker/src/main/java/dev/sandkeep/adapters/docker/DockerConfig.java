package dev.sandkeep.adapters.docker;

import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.ResourceName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the operator wants sandboxes to be made.
 *
 * @param instance the name under which this server keeps its containers apart from those of others on the engine
 * @param engine {@code unix:///path} or {@code tcp://host:port}; null to look where Docker's own tools look
 * @param allowedHostPaths directories below which host directories may be mounted; empty for none at all
 * @param defaultLimits limits of a sandbox that asks for none; must limit processes
 * @param ociRuntime the OCI runtime that the engine is to use, for example {@code runsc}; null for its default
 * @param egress how outbound traffic is guarded; null for not at all, and then policies that restrict are refused
 * @param callTimeout how long the engine may take for an ordinary answer
 * @param launchTimeout how long making and starting a container may take
 * @param pullTimeout how long getting an image may take
 * @param snapshotTimeout how long saving the files of a sandbox may take
 */
public record DockerConfig(
        String instance,
        @Nullable URI engine,
        List<Path> allowedHostPaths,
        ResourceLimits defaultLimits,
        @Nullable String ociRuntime,
        Gpu gpu,
        @Nullable EgressConfig egress,
        Duration callTimeout,
        Duration launchTimeout,
        Duration pullTimeout,
        Duration snapshotTimeout) {

    /** Far more than a program needs, and far less than what brings a host down. */
    public static final ResourceLimits DEFAULT_LIMITS = new ResourceLimits(Map.of(ResourceName.PIDS.word(), "4096"));

    public static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);
    public static final Duration LAUNCH_TIMEOUT = Duration.ofSeconds(60);
    public static final Duration PULL_TIMEOUT = Duration.ofMinutes(15);
    public static final Duration SNAPSHOT_TIMEOUT = Duration.ofMinutes(15);

    /** Also part of a network name, which ends up in firewall rules and on command lines. */
    private static final Pattern INSTANCE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

    /** OCI runtimes whose containers use the network of the host's kernel. */
    private static final Set<String> FILTERED_RUNTIMES = Set.of("runc", "crun", "youki");

    /** Whether sandboxes may have GPUs. */
    public enum Gpu {
        /** If the engine has a runtime for them. */
        AUTO,
        ON,
        OFF
    }

    /** @throws IllegalArgumentException naming what is wrong */
    public DockerConfig {
        require(INSTANCE.matcher(instance).matches(), "instance must be 1 to 40 of [a-z0-9-]", instance);
        require(
                engine == null || "unix".equals(engine.getScheme()) || "tcp".equals(engine.getScheme()),
                "engine must be unix:///path or tcp://host:port",
                engine);
        allowedHostPaths = List.copyOf(allowedHostPaths);
        allowedHostPaths.forEach(path -> require(path.isAbsolute(), "allowedHostPaths must hold absolute paths", path));
        require(
                defaultLimits.amount(ResourceName.PIDS).isPresent(),
                "defaultLimits must limit pids",
                defaultLimits.written());
        requirePositive("callTimeout", callTimeout);
        requirePositive("launchTimeout", launchTimeout);
        requirePositive("pullTimeout", pullTimeout);
        requirePositive("snapshotTimeout", snapshotTimeout);
    }

    /** Whether what a sandbox sends passes the packet filter of its namespace; a kernel of its own would go past it. */
    boolean enforcesPolicies() {
        return egress != null && (ociRuntime == null || FILTERED_RUNTIMES.contains(ociRuntime));
    }

    EgressConfig requireEgress() {
        return Objects.requireNonNull(egress, "no egress is configured");
    }

    private static void requirePositive(String name, Duration timeout) {
        require(timeout.isPositive(), name + " must be longer than 0", timeout);
    }

    private static void require(boolean valid, String rule, @Nullable Object value) {
        if (!valid) {
            throw new IllegalArgumentException(rule + ", not " + value);
        }
    }

    /** Everything as it is if the operator says nothing. */
    public static DockerConfig standard(String instance) {
        return new DockerConfig(
                instance,
                null,
                List.of(),
                DEFAULT_LIMITS,
                null,
                Gpu.AUTO,
                null,
                CALL_TIMEOUT,
                LAUNCH_TIMEOUT,
                PULL_TIMEOUT,
                SNAPSHOT_TIMEOUT);
    }
}
