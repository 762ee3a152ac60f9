package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what container to create for a sidecar, and what it is called. Pure. */
final class SidecarSpecs {

    /** What a sidecar begins with. */
    enum Kind {
        /** Everything is allowed that is not always denied; the worker is not started until there is a policy. */
        OPEN,
        /** Everything is denied until the worker, which is started at once, is told the policy. */
        GUARDING
    }

    /** The key with which the server signs what it tells the worker. Only who may ask the engine can read it there. */
    static final String KEY = "SANDKEEP_EGRESS_KEY";

    /**
     * Every process of a sandbox may bind the ports from this one on. Those below are for the worker, also while it is down:
     * only the sidecar has the capability for them.
     */
    static final int FIRST_FREE_PORT = 20;

    /** What it begins with, in the supervisor's words. */
    static final String START = "SANDKEEP_EGRESS_START";

    private static final String SUFFIX = "-egress";
    private static final Pattern CLAIMED = Pattern.compile("/?sandkeep-([0-9a-f-]{36})" + SUFFIX);
    private static final long MEMORY_BYTES = 96L << 20;
    private static final long PIDS = 128;

    private SidecarSpecs() {}

    static String nameOf(SandboxId id) {
        return ContainerSpecs.nameOf(id) + SUFFIX;
    }

    /** The name of one that waits for a sandbox; never one that {@link #sandboxOf} knows. */
    static String spareName(String instance, String server, String random) {
        return sparePrefix(instance) + server + "-" + random;
    }

    private static String sparePrefix(String instance) {
        return "sandkeep-" + instance + SUFFIX + "-";
    }

    /** The server that made a waiting sidecar of this instance; nothing if its name tells of none. */
    static Optional<String> serverOf(String instance, String spare) {
        String prefix = sparePrefix(instance);
        int end = spare.indexOf('-', prefix.length());
        return spare.startsWith(prefix) && end > 0
                ? Optional.of(spare.substring(prefix.length(), end))
                : Optional.empty();
    }

    /** The sandbox whose sidecar has this name, or nothing if no sidecar of a sandbox is called so. */
    static Optional<SandboxId> sandboxOf(String name) {
        Matcher claimed = CLAIMED.matcher(name);
        return claimed.matches() ? SandboxId.find(claimed.group(1)) : Optional.empty();
    }

    static CreateContainerCmd apply(
            CreateContainerCmd command,
            String name,
            Kind kind,
            String key,
            SandboxNetwork network,
            DockerConfig config) {
        EgressConfig egress = config.requireEgress();
        return command.withName(name)
                .withLabels(ContainerLabels.ofSidecar(config.instance()))
                .withEnv(
                        KEY + "=" + key,
                        START + "=" + wordOf(kind),
                        "SANDKEEP_EGRESS_RESOLVERS=" + join(egress.resolvers()),
                        "SANDKEEP_EGRESS_GATEWAYS=" + join(network.gateways()),
                        "SANDKEEP_EGRESS_HOST_ADDRESSES=" + join(egress.hostAddresses()),
                        "SANDKEEP_EGRESS_PRIVATE_RANGES=" + (egress.privateRanges() ? "allow" : "deny"))
                .withHostConfig(hostConfig(config));
    }

    private static String wordOf(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** As the supervisor reads it: whatever is not open guards. */
    static Kind kindOf(String word) {
        return word.equals(wordOf(Kind.OPEN)) ? Kind.OPEN : Kind.GUARDING;
    }

    private static String join(List<InetAddress> addresses) {
        return String.join(
                ",", addresses.stream().map(InetAddress::getHostAddress).toList());
    }

    private static HostConfig hostConfig(DockerConfig config) {
        return HostConfig.newHostConfig()
                .withNetworkMode(ContainerSpecs.networkOf(config.instance()))
                // The engine's own resolver asks these while there is no policy.
                .withDns(config.requireEgress().resolvers().stream()
                        .map(InetAddress::getHostAddress)
                        .toArray(String[]::new))
                .withPrivileged(false)
                .withReadonlyRootfs(true)
                .withTmpFs(Map.of("/run", "rw,noexec,nosuid,nodev,size=4m,mode=0700"))
                .withCapDrop(Capability.ALL)
                .withCapAdd(Capability.NET_ADMIN, Capability.NET_BIND_SERVICE)
                .withSysctls(Map.of("net.ipv4.ip_unprivileged_port_start", Integer.toString(FIRST_FREE_PORT)))
                .withSecurityOpts(List.of("no-new-privileges:true"))
                .withMemory(MEMORY_BYTES)
                .withMemorySwap(MEMORY_BYTES)
                .withPidsLimit(PIDS)
                .withRestartPolicy(RestartPolicy.noRestart())
                .withLogConfig(
                        new LogConfig(LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "1m", "max-file", "1")));
    }
}
