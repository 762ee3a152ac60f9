package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.network.Cidr;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says how the sidecar that guards the network is part of a Pod. The rules are in force before the sandbox's first
 * instruction twice over: no container is started before the hook of the sidecar has returned, and the program that
 * every sandbox begins with is put in its place by that hook. Pure.
 */
final class SidecarSpecs {

    static final String SIDECAR = "egress";
    static final String GATE_VOLUME = "sandkeep-gate";

    /** Processes of a sandbox may bind the ports from this one on; those below are for the worker, also while it is down. */
    static final int FIRST_FREE_PORT = 20;

    /** Tells the worker of a sidecar that waits the key, on its input, and has it started. */
    static final List<String> WAKE = List.of("/usr/lib/sandkeep/wake");

    private static final String OPEN_GATE = "/usr/lib/sandkeep/open-gate";
    private static final String RUN_VOLUME = "sandkeep-run";
    private static final String GATE_DIRECTORY = "/gate";
    private static final String NODE = "SANDKEEP_NODE_ADDRESSES";

    /** The variable of a sidecar that tells it from where connections may come in. */
    static final String SERVERS = "SANDKEEP_EGRESS_GATEWAYS";

    private final GuardConfig config;
    private final boolean nativeSidecars;

    SidecarSpecs(GuardConfig config, boolean nativeSidecars) {
        this.config = config;
        this.nativeSidecars = nativeSidecars;
    }

    void addTo(PodSpecBuilder pod, String secretName, PodSecrets.Need secret) {
        pod.addNewVolume()
                .withName(GATE_VOLUME)
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                // Outlives the sidecar, so that one which is started again knows its policy.
                .addNewVolume()
                .withName(RUN_VOLUME)
                .withNewEmptyDir()
                .withMedium("Memory")
                .withSizeLimit(Quantity.parse("4Mi"))
                .endEmptyDir()
                .endVolume()
                .withDnsPolicy("None")
                .withNewDnsConfig()
                .withNameservers(config.resolvers().stream()
                        .map(InetAddress::getHostAddress)
                        .toList())
                .endDnsConfig();
        Container sidecar = sidecar(secretName, secret);
        if (nativeSidecars) {
            pod.addToInitContainers(0, sidecar);
        } else {
            pod.addToContainers(0, sidecar);
        }
    }

    private Container sidecar(String secretName, PodSecrets.Need secret) {
        return new ContainerBuilder()
                .withName(SIDECAR)
                .withImage(config.image())
                .withImagePullPolicy("IfNotPresent")
                .withRestartPolicy(nativeSidecars ? "Always" : null)
                .withEnv(env(secretName, secret))
                .addNewVolumeMount()
                .withName(RUN_VOLUME)
                .withMountPath("/run")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName(GATE_VOLUME)
                .withMountPath(GATE_DIRECTORY)
                .endVolumeMount()
                .withNewLifecycle()
                .withNewPostStart()
                .withNewExec()
                .withCommand(OPEN_GATE)
                .endExec()
                .endPostStart()
                .endLifecycle()
                .withNewResources()
                .withRequests(Map.of("cpu", Quantity.parse("5m"), "memory", Quantity.parse("16Mi")))
                .withLimits(Map.of("memory", Quantity.parse("96Mi")))
                .endResources()
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withNewSecurityContext()
                .withRunAsUser(0L)
                .withPrivileged(false)
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .withAdd("NET_ADMIN", "NET_BIND_SERVICE")
                .endCapabilities()
                .endSecurityContext()
                .build();
    }

    private List<EnvVar> env(String secretName, PodSecrets.Need secret) {
        return List.of(
                // A sidecar that is started again must not forget a policy that its sandbox got meanwhile.
                variable("SANDKEEP_EGRESS_START", "open-without-policy"),
                secret("SANDKEEP_EGRESS_KEY", secretName, PodSecrets.KEY, !secret.any()),
                secret("SANDKEEP_EGRESS_POLICY", secretName, PodSecrets.POLICY, !secret.guards()),
                variable(
                        "SANDKEEP_EGRESS_RESOLVERS",
                        config.resolvers().stream()
                                .map(InetAddress::getHostAddress)
                                .collect(Collectors.joining(","))),
                variable(SERVERS, join(config.servers())),
                new EnvVarBuilder()
                        .withName(NODE)
                        .withNewValueFrom()
                        .withNewFieldRef()
                        .withFieldPath(nativeSidecars ? "status.hostIPs" : "status.hostIP")
                        .endFieldRef()
                        .endValueFrom()
                        .build(),
                variable("SANDKEEP_EGRESS_HOST_ADDRESSES", "$(" + NODE + ")," + join(config.closed())),
                variable("SANDKEEP_EGRESS_PRIVATE_RANGES", config.privateRanges() ? "allow" : "deny"),
                variable("SANDKEEP_EGRESS_GATE", GATE_DIRECTORY));
    }

    /** From where the guard of a Pod lets connections in; nothing if it has none, so that they come from everywhere. */
    static Optional<List<Cidr>> serversOf(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .filter(container -> SIDECAR.equals(container.getName()))
                .findFirst()
                .map(sidecar -> sidecar.getEnv().stream()
                        .filter(variable -> SERVERS.equals(variable.getName()) && variable.getValue() != null)
                        .flatMap(variable -> Stream.of(variable.getValue().split(",")))
                        .flatMap(block -> Cidr.find(block).stream())
                        .toList());
    }

    private static String join(List<Cidr> blocks) {
        return blocks.stream().map(Cidr::toString).collect(Collectors.joining(","));
    }

    private static EnvVar variable(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    private static EnvVar secret(String name, String secretName, String key, boolean optional) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewSecretKeyRef()
                .withName(secretName)
                .withKey(key)
                .withOptional(optional)
                .endSecretKeyRef()
                .endValueFrom()
                .build();
    }
}
