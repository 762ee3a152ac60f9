package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.ResourceName;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.Source;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Says what container to create for a sandbox. Pure. */
final class ContainerSpecs {

    /** What no sandbox needs and an attacker likes; a program that runs as root still can do what installers do. */
    private static final Capability[] DROPPED = {
        Capability.AUDIT_WRITE,
        Capability.MKNOD,
        Capability.NET_ADMIN,
        Capability.NET_RAW,
        Capability.SYS_ADMIN,
        Capability.SYS_MODULE,
        Capability.SYS_PTRACE,
        Capability.SYS_TIME,
        Capability.SYS_TTY_CONFIG
    };

    private static final long NANOS_PER_CPU = 1_000_000_000;
    private static final long PERIOD_MICROS = 100_000;
    /** The longest that the kernel takes; below, the quota of a very small share would be under its minimum. */
    private static final long LONG_PERIOD_MICROS = 1_000_000;

    private static final long LEAST_QUOTA_MICROS = 1_000;

    private ContainerSpecs() {}

    static String nameOf(SandboxId id) {
        return "sandkeep-" + id;
    }

    static String networkOf(String instance) {
        return "sandkeep-" + instance;
    }

    /** The reference in full, so that the engine cannot take a short name for an image id or search other registries. */
    static String imageName(ImageRef image) {
        return image.repository() + (image.digest() == null ? ":" + image.tag() : "@" + image.digest());
    }

    private static String imageName(Source source, String instance) {
        return switch (source) {
            case Source.Image image -> imageName(image.reference());
            case Source.Snapshot snapshot -> SnapshotLabels.imageName(instance, snapshot.id());
        };
    }

    static ContainerSpec of(Sandbox sandbox, List<Mount> mounts, DockerConfig config) {
        return new ContainerSpec(
                nameOf(sandbox.id()),
                imageName(sandbox.spec().source(), config.instance()),
                sandbox.spec().platform(),
                sandbox.spec().entrypoint(),
                sandbox.spec().env(),
                ContainerLabels.ofContainer(config.instance(), sandbox),
                hostConfig(sandbox, mounts, config));
    }

    /** The network namespace of the sidecar, which is there first and stays as long as the sandbox. */
    private static String networkMode(SandboxId id, DockerConfig config) {
        return config.egress() == null ? networkOf(config.instance()) : "container:" + SidecarSpecs.nameOf(id);
    }

    private static Capability[] dropped(DockerConfig config) {
        if (config.egress() == null) {
            return DROPPED;
        }
        // With it, a process could bind the ports of the sidecar; without it, all others.
        Capability[] dropped = Arrays.copyOf(DROPPED, DROPPED.length + 1);
        dropped[DROPPED.length] = Capability.NET_BIND_SERVICE;
        return dropped;
    }

    private static HostConfig hostConfig(Sandbox sandbox, List<Mount> mounts, DockerConfig config) {
        ResourceLimits limits = sandbox.spec().resourceLimits();
        HostConfig host = HostConfig.newHostConfig()
                .withMounts(mounts)
                .withNetworkMode(networkMode(sandbox.id(), config))
                // Somebody has to collect the processes whose parents are gone.
                .withInit(true)
                .withPrivileged(false)
                .withCapDrop(dropped(config))
                .withSecurityOpts(List.of("no-new-privileges:true"))
                // The server decides when a sandbox starts; a second opinion would bring deleted ones back.
                .withRestartPolicy(RestartPolicy.noRestart())
                .withLogConfig(
                        new LogConfig(LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "10m", "max-file", "1")));
        if (config.ociRuntime() != null) {
            host.withRuntime(config.ociRuntime());
        }
        limit(ResourceName.CPU, limits, config).ifPresent(nanos -> limitCpu(host, nanos));
        // Memory and swap together may be as much as the memory alone, so there is no swap.
        limit(ResourceName.MEMORY, limits, config)
                .ifPresent(bytes -> host.withMemory(bytes).withMemorySwap(bytes));
        limit(ResourceName.PIDS, limits, config).ifPresent(host::withPidsLimit);
        limit(ResourceName.GPU, limits, config)
                .ifPresent(count -> host.withDeviceRequests(List.of(gpus(Math.toIntExact(count)))));
        limit(ResourceName.EPHEMERAL_STORAGE, limits, config)
                .ifPresent(bytes -> host.withStorageOpt(Map.of("size", Long.toString(bytes))));
        return host;
    }

    private static OptionalLong limit(ResourceName resource, ResourceLimits limits, DockerConfig config) {
        OptionalLong asked = limits.amount(resource);
        return asked.isPresent() ? asked : config.defaultLimits().amount(resource);
    }

    /** By period and quota: the engine refuses nano CPUs beyond the number of its cores, and a limit may be higher. */
    private static void limitCpu(HostConfig host, long nanos) {
        long quota = nanos * PERIOD_MICROS / NANOS_PER_CPU;
        if (quota >= LEAST_QUOTA_MICROS) {
            host.withCpuPeriod(PERIOD_MICROS).withCpuQuota(quota);
        } else {
            host.withCpuPeriod(LONG_PERIOD_MICROS)
                    .withCpuQuota(Math.max(LEAST_QUOTA_MICROS, nanos * LONG_PERIOD_MICROS / NANOS_PER_CPU));
        }
    }

    /** The engine's word for all devices is -1, as is ours. */
    private static DeviceRequest gpus(int count) {
        return new DeviceRequest().withCount(count).withCapabilities(List.of(List.of("gpu")));
    }
}
