package dev.sandkeep.adapters.k8s;

import static java.util.Objects.requireNonNullElse;

import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.Source;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Sysctl;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says what Pod to make for a sandbox. Begins with the operator's template, if there is one: lists and maps are added
 * to, what is set here replaces what the template says, and whatever keeps a sandbox away from its node is set here.
 * Pure.
 */
final class PodSpecs {

    /** The name of the container that the sandbox is. */
    static final String SANDBOX = "sandbox";

    /** Where the sandbox finds the program that collects its processes, once the rules are in force. */
    static final String GATE = "/.sandkeep";

    private static final String INIT = GATE + "/init";

    /** Long enough to be told to end, for a process that listens. */
    static final long GRACE_SECONDS = 1;

    private static final String NAME = "sandkeep-";

    private final KubernetesConfig config;
    private final @Nullable Pod template;
    private final boolean nativeSidecars;

    /** @param nativeSidecars whether the sidecar is an init container that goes on */
    PodSpecs(KubernetesConfig config, @Nullable Pod template, boolean nativeSidecars) {
        this.config = config;
        this.template = template;
        this.nativeSidecars = nativeSidecars;
    }

    static String nameOf(SandboxId id) {
        return NAME + id;
    }

    /** The reference in full, so that no node can look for a short name elsewhere. */
    static String imageName(ImageRef image) {
        return image.repository() + (image.digest() == null ? ":" + image.tag() : "@" + image.digest());
    }

    /**
     * The Pod.
     *
     * @param verifiesImage whether a copy that a node has is used only if the registry gives it to these credentials
     * @param secret what kind of Secret it has to wait for
     */
    Pod of(Sandbox sandbox, boolean verifiesImage, PodSecrets.Need secret) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(nameOf(sandbox.id()))
                .withLabels(labels(sandbox.id()))
                .withAnnotations(annotations(sandbox))
                .endMetadata()
                .withSpec(spec(sandbox, verifiesImage, secret))
                .build();
    }

    private Map<String, String> labels(SandboxId id) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (template != null && template.getMetadata() != null) {
            labels.putAll(requireNonNullElse(template.getMetadata().getLabels(), Map.of()));
        }
        labels.putAll(config.pods().labels());
        labels.putAll(PodNotes.labels(config.instance(), id));
        return labels;
    }

    private Map<String, String> annotations(Sandbox sandbox) {
        Map<String, String> annotations = new LinkedHashMap<>();
        if (template != null && template.getMetadata() != null) {
            annotations.putAll(requireNonNullElse(template.getMetadata().getAnnotations(), Map.of()));
        }
        annotations.putAll(PodNotes.annotations(sandbox));
        return annotations;
    }

    private PodSpec spec(Sandbox sandbox, boolean verifiesImage, PodSecrets.Need secret) {
        PodConfig pods = config.pods();
        PodSpec base = template == null || template.getSpec() == null ? new PodSpec() : template.getSpec();
        PodVolumes volumes = PodVolumes.of(sandbox.spec().volumes(), pods.allowedHostPaths());
        PodSpecBuilder spec = new PodSpecBuilder(base)
                .addAllToVolumes(volumes.volumes())
                .withContainers(containers(base, sandboxContainer(base, sandbox, volumes.mounts(), verifiesImage)))
                .addToNodeSelector(nodeSelector(sandbox.spec().platform()))
                .addAllToTolerations(
                        pods.tolerations().stream().map(PodSpecs::toleration).toList())
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withHostNetwork(false)
                .withHostPID(false)
                .withHostIPC(false)
                .withHostUsers(pods.userNamespaces() ? Boolean.FALSE : null)
                // Somebody has to collect the processes whose parents are gone: the init of the gate, or that of the
                // Pod.
                .withShareProcessNamespace(config.guard() == null)
                .withSecurityContext(podSecurity());
        if (pods.backStop().isPositive()) {
            spec.withActiveDeadlineSeconds(pods.backStop().toSeconds());
        }
        if (pods.runtimeClass() != null) {
            spec.withRuntimeClassName(pods.runtimeClass());
        }
        if (pods.priorityClass() != null) {
            spec.withPriorityClassName(pods.priorityClass());
        }
        if (pods.serviceAccount() != null) {
            spec.withServiceAccountName(pods.serviceAccount());
        }
        if (secret.pulls()) {
            spec.addNewImagePullSecret(nameOf(sandbox.id()));
        }
        if (config.guard() != null) {
            new SidecarSpecs(config.guard(), nativeSidecars).addTo(spec, nameOf(sandbox.id()), secret);
        }
        return spec.build();
    }

    private io.fabric8.kubernetes.api.model.PodSecurityContext podSecurity() {
        PodSecurityContextBuilder security = new PodSecurityContextBuilder()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile();
        if (config.guard() != null) {
            security.withSysctls(
                    new Sysctl("net.ipv4.ip_unprivileged_port_start", Integer.toString(SidecarSpecs.FIRST_FREE_PORT)));
        }
        return security.build();
    }

    private static List<Container> containers(PodSpec base, Container sandbox) {
        List<Container> containers = new ArrayList<>(List.of(sandbox));
        base.getContainers().stream()
                .filter(other -> !SANDBOX.equals(other.getName()))
                .forEach(containers::add);
        return containers;
    }

    private Container sandboxContainer(PodSpec base, Sandbox sandbox, List<VolumeMount> mounts, boolean verifiesImage) {
        SandboxSpec spec = sandbox.spec();
        Container begun = base.getContainers().stream()
                .filter(container -> SANDBOX.equals(container.getName()))
                .findFirst()
                .orElseGet(Container::new);
        ContainerBuilder container = new ContainerBuilder(begun)
                .withName(SANDBOX)
                .withImage(imageOf(spec.source()))
                .withImagePullPolicy(verifiesImage || isAskedFor(spec.source()) ? "Always" : "IfNotPresent")
                .withEnv(env(begun.getEnv(), spec.env().variables()))
                .withResources(PodResources.of(spec.resourceLimits(), config.pods(), begun.getResources()))
                .addAllToVolumeMounts(mounts)
                // What it wrote last, in its status: the log itself is gone with the Pod.
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withSecurityContext(confined());
        if (config.guard() != null) {
            container
                    .addNewVolumeMount()
                    .withName(SidecarSpecs.GATE_VOLUME)
                    .withMountPath(GATE)
                    .withReadOnly(true)
                    .endVolumeMount();
        }
        return withEntrypoint(container, spec.entrypoint().arguments()).build();
    }

    /** Without the first program there is no other: the sidecar puts it there when the rules are in force. */
    private ContainerBuilder withEntrypoint(ContainerBuilder container, List<String> arguments) {
        List<String> literal = arguments.stream().map(PodSpecs::literal).toList();
        return config.guard() == null
                ? container.withCommand(literal.getFirst()).withArgs(literal.subList(1, literal.size()))
                : container.withCommand(INIT, "--").withArgs(literal);
    }

    /** Whether a copy that a node has may be another image than the one that is meant, or not be for everybody. */
    private static boolean isAskedFor(Source source) {
        return source.authenticated()
                || (source instanceof Source.Image image && image.reference().isLatest());
    }

    private static String imageOf(Source source) {
        return switch (source) {
            case Source.Image image -> imageName(image.reference());
            case Source.Snapshot snapshot ->
                throw new IllegalArgumentException("Snapshot " + snapshot.id() + " cannot be on a cluster");
        };
    }

    private static List<EnvVar> env(@Nullable List<EnvVar> begun, Map<String, String> asked) {
        List<EnvVar> env = new ArrayList<>();
        if (begun != null) {
            begun.stream()
                    .filter(variable -> !asked.containsKey(variable.getName()))
                    .forEach(env::add);
        }
        asked.forEach((name, value) -> env.add(
                new EnvVarBuilder().withName(name).withValue(literal(value)).build()));
        return env;
    }

    /** A dollar sign could begin a reference to a variable, which Kubernetes would replace. */
    static String literal(String text) {
        return text.replace("$", "$$");
    }

    private SecurityContext confined() {
        return new SecurityContextBuilder()
                .withPrivileged(false)
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .withAdd(config.pods().capabilities().stream().sorted().toList())
                .endCapabilities()
                .build();
    }

    private static Map<String, String> nodeSelector(@Nullable Platform platform) {
        return platform == null
                ? Map.of("kubernetes.io/os", "linux")
                : Map.of("kubernetes.io/os", platform.os(), "kubernetes.io/arch", platform.arch());
    }

    private static Toleration toleration(PodConfig.Toleration wanted) {
        return new TolerationBuilder()
                .withKey(wanted.key())
                .withOperator(wanted.value() == null ? "Exists" : "Equal")
                .withValue(wanted.value())
                .withEffect(wanted.effect())
                .build();
    }
}
