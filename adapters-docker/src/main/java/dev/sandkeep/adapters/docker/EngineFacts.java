package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.RemoteApiVersion;
import dev.sandkeep.application.port.RuntimeCapability;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an engine is like; constant while it runs.
 *
 * @param api the version of its API that we speak with it
 * @param os in the words of the OCI image index
 * @param architecture in the words of the OCI image index
 * @param storageDriver how it stores what containers write
 * @param backingFilesystem the file system below the storage driver, in lower case; empty if it does not say
 * @param dataRoot where it keeps its files
 * @param gpuRuntime whether it has a runtime that gives GPUs to containers
 * @param podman whether it is Podman, which speaks Docker's API with differences of its own
 * @param filtersBridges whether its host filters what containers on one network send each other
 * @param pauses whether it has a control group for each container to freeze its processes in
 */
record EngineFacts(
        RemoteApiVersion api,
        String os,
        String architecture,
        String storageDriver,
        String backingFilesystem,
        String dataRoot,
        boolean gpuRuntime,
        boolean podman,
        boolean filtersBridges,
        boolean pauses) {

    /** Docker 20.10 and Podman 4 speak this. */
    static final RemoteApiVersion OLDEST = RemoteApiVersion.VERSION_1_41;

    /** The newest version whose changes this adapter was written for. */
    static final RemoteApiVersion NEWEST = RemoteApiVersion.create(1, 45);

    /** From here on a volume can be mounted by a directory within it. */
    private static final RemoteApiVersion WITH_SUBPATH = RemoteApiVersion.create(1, 45);

    /** From here on the engine loads what it needs to filter, and does not tell any more whether it is there. */
    private static final RemoteApiVersion FILTERING_BY_ITSELF = RemoteApiVersion.create(1, 48);

    private static final Set<String> DRIVERS_WITH_QUOTA = Set.of("btrfs", "zfs", "devicemapper");

    static EngineFacts of(Version version, Info info) {
        RemoteApiVersion theirs = RemoteApiVersion.parseConfig(version.getApiVersion());
        return new EngineFacts(
                theirs.isGreater(NEWEST) ? NEWEST : theirs,
                version.getOperatingSystem(),
                version.getArch(),
                Optional.ofNullable(info.getDriver()).orElse(""),
                backingFilesystem(info),
                Optional.ofNullable(info.getDockerRootDir()).orElse("/var/lib/docker"),
                Optional.ofNullable(info.getRuntimes()).orElse(Map.of()).containsKey("nvidia"),
                isPodman(version),
                theirs.isGreaterOrEqual(FILTERING_BY_ITSELF) || !Boolean.FALSE.equals(info.getBridgeNfIptables()),
                pauses(info));
    }

    /** Without root, there are control groups of one's own only in version 2, and only if they were delegated. */
    private static boolean pauses(Info info) {
        boolean rootless = Optional.ofNullable(info.getSecurityOptions()).orElse(List.of()).stream()
                .anyMatch(option -> option.equals("name=rootless"));
        return !rootless || ("2".equals(info.getCGroupVersion()) && !"none".equals(info.getCGroupDriver()));
    }

    private static boolean isPodman(Version version) {
        return Optional.ofNullable(version.getComponents()).orElse(List.of()).stream()
                .anyMatch(component -> "Podman Engine".equals(component.getName()));
    }

    private static String backingFilesystem(Info info) {
        return Optional.ofNullable(info.getDriverStatuses()).orElse(List.of()).stream()
                .filter(entry -> entry.size() == 2 && entry.getFirst().equals("Backing Filesystem"))
                .map(entry -> entry.getLast().toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse("");
    }

    /** Whether its networks have an option that keeps their containers apart. */
    boolean separatesContainers() {
        return !podman;
    }

    /** Whether a container may be made to share the network of one that is not there yet. */
    boolean joinsContainersToCome() {
        return !podman;
    }

    boolean mountsSubpaths() {
        return api.isGreaterOrEqual(WITH_SUBPATH);
    }

    /** Whether it can limit what a container writes; overlay2 does so by the project quotas of XFS. */
    boolean limitsStorage() {
        return DRIVERS_WITH_QUOTA.contains(storageDriver)
                || (storageDriver.equals("overlay2") && backingFilesystem.equals("xfs"));
    }

    Set<RuntimeCapability> capabilities(DockerConfig.Gpu gpu) {
        Set<RuntimeCapability> capabilities = EnumSet.of(
                RuntimeCapability.SNAPSHOTS,
                RuntimeCapability.PIDS,
                RuntimeCapability.IMAGES,
                RuntimeCapability.RESTART);
        boolean hasGpu = switch (gpu) {
            case AUTO -> gpuRuntime;
            case ON -> true;
            case OFF -> false;
        };
        if (hasGpu) {
            capabilities.add(RuntimeCapability.GPU);
        }
        if (limitsStorage()) {
            capabilities.add(RuntimeCapability.EPHEMERAL_STORAGE);
        }
        if (pauses) {
            capabilities.add(RuntimeCapability.PAUSE);
        }
        return Set.copyOf(capabilities);
    }
}
