package dev.sandkeep.bootstrap.config;

import dev.sandkeep.domain.network.Cidr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys for sandboxes on a Kubernetes cluster. */
public final class KubernetesSettings {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final String NAME_ALLOWED = "a name of Kubernetes, or empty";
    private static final Pattern LABEL =
            Pattern.compile("((?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62})=([A-Za-z0-9._-]{0,63})");
    private static final Pattern TOLERATION =
            Pattern.compile("((?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62})(?:=([A-Za-z0-9._-]{0,63}))?"
                    + "(?::(NoSchedule|PreferNoSchedule|NoExecute))?");
    private static final Set<String> CAPABILITIES = Set.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    /** How the ports of sandboxes are reached. */
    public enum Reach {
        AUTO,
        DIRECT,
        FORWARD
    }

    /** How the sidecar is part of a Pod. */
    public enum Sidecar {
        AUTO,
        NATIVE,
        CONTAINER
    }

    /** A taint that is put up with; without a value any, without an effect all. */
    public record Toleration(
            String key, @Nullable String value, @Nullable String effect) {}

    static final Setting<Optional<Path>> KUBECONFIG = new Setting<>(
            "kubernetes.kubeconfig",
            "",
            "a path, or empty",
            "How the cluster is reached. Empty: as kubectl does it (`KUBECONFIG`, `~/.kube/config`), or as a Pod does.",
            false,
            text -> Settings.given(text)
                    .map(path -> Path.of(path).toAbsolutePath().normalize()));

    static final Setting<Optional<String>> CONTEXT = new Setting<>(
            "kubernetes.context",
            "",
            "the name of a context, or empty",
            "The context of the kubeconfig. Empty: its current one.",
            false,
            Settings::given);

    static final Setting<Optional<String>> NAMESPACE = name(
            "kubernetes.namespace",
            "Where the Pods of sandboxes are made. Empty: the namespace of the context, or of the server's own Pod.");

    static final Setting<Reach> REACH = new Setting<>(
            "kubernetes.reach",
            "auto",
            "auto, direct or forward",
            "How the server reaches the ports of sandboxes: by the addresses of their Pods, or by port-forwards of the API"
                    + " server. auto: directly, if the server is a Pod and the guard of the sandbox, if it has one, lets it in;"
                    + " else forwarded.",
            false,
            text -> Reach.valueOf(text.toUpperCase(Locale.ROOT)));

    static final Setting<List<Cidr>> SERVER_ADDRESSES = addresses(
            "kubernetes.server-addresses",
            "From where servers reach guarded sandboxes directly: nobody else may open connections to them, and they reach"
                    + " nothing there. For servers that are Pods, the network of Pods. Empty: the addresses of this machine"
                    + " or Pod, so that its replicas, and those that come after it, are not let in.");

    static final Setting<List<Cidr>> CLOSED_ADDRESSES = addresses(
            "kubernetes.closed-addresses",
            "What no guarded sandbox reaches, whatever its policy says, besides its own node, its neighbours and the API"
                    + " server: the networks of Pods, Services and nodes.");

    static final Setting<Sidecar> SIDECAR = new Setting<>(
            "kubernetes.sidecar",
            "auto",
            "auto, native or container",
            "Whether the sidecar is a native one or the first of the ordinary containers. auto: native from Kubernetes 1.29"
                    + " on.",
            false,
            text -> Sidecar.valueOf(text.toUpperCase(Locale.ROOT)));

    static final Setting<Optional<String>> RUNTIME_CLASS = name(
            "kubernetes.runtime-class",
            "The runtime class of the Pods. With any but runc, crun and youki a network policy that restricts is refused.");

    static final Setting<Optional<String>> PRIORITY_CLASS =
            name("kubernetes.priority-class", "The priority class of the Pods.");

    static final Setting<Optional<String>> SERVICE_ACCOUNT =
            name("kubernetes.service-account", "The service account of the Pods. Its token is given to no sandbox.");

    static final Setting<List<Toleration>> TOLERATIONS = new Setting<>(
            "kubernetes.tolerations",
            "",
            "a comma-separated list of key, key=value, key:effect or key=value:effect",
            "The taints of nodes that Pods of sandboxes put up with.",
            false,
            text -> Settings.list(text).stream()
                    .map(KubernetesSettings::toleration)
                    .toList());

    static final Setting<Map<String, String>> LABELS = new Setting<>(
            "kubernetes.labels",
            "",
            "a comma-separated list of key=value",
            "Further labels of the Pods.",
            false,
            KubernetesSettings::labels);

    static final Setting<Optional<Path>> POD_TEMPLATE = new Setting<>(
            "kubernetes.pod-template",
            "",
            "the path of a YAML file, or empty",
            "A Pod that all others begin with. Its lists and maps are added to, what the server sets replaces what it says,"
                    + " and its container `sandbox` is what each sandbox begins with. It cannot open the Pod to its node.",
            false,
            text -> Settings.given(text)
                    .map(path -> Path.of(path).toAbsolutePath().normalize()));

    static final Setting<Integer> REQUEST_PERCENT = Settings.number(
            "kubernetes.request-percent",
            "100",
            1,
            100,
            "How much of its limits a sandbox requests, in per cent. Less lets more of them on a node than it can bear if all"
                    + " are busy.");

    static final Setting<Set<String>> CAPABILITY_SET = new Setting<>(
            "kubernetes.capabilities",
            "",
            "a comma-separated list of CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETFCAP, SETGID, SETPCAP, SETUID,"
                    + " SYS_CHROOT",
            "What a process that runs as root may do in a sandbox, for example for package managers that change owners."
                    + " Empty: nothing special.",
            false,
            KubernetesSettings::capabilities);

    static final Setting<Boolean> USER_NAMESPACES = Settings.flag(
            "kubernetes.user-namespaces",
            "false",
            "Whether Pods have user namespaces (`hostUsers: false`), so that root in a sandbox is nobody on its node. The"
                    + " nodes must be able to.");

    static final Setting<Boolean> GPU = Settings.flag(
            "kubernetes.gpu", "false", "Whether sandboxes may ask for GPUs; their nodes offer them as nvidia.com/gpu.");

    static final Setting<List<Path>> HOST_PATHS = new Setting<>(
            "kubernetes.allowed-host-paths",
            "",
            "a comma-separated list of absolute paths",
            "Directories of the nodes that sandboxes may mount, with everything below. Empty: none.",
            false,
            text -> Settings.list(text).stream().map(Settings::absolute).toList());

    static final Setting<Optional<String>> STORAGE_CLASS = name(
            "kubernetes.storage-class", "The class of storage of volume claims that are made. Empty: the cluster's.");

    static final Setting<String> STORAGE = new Setting<>(
            "kubernetes.storage",
            "1Gi",
            "a quantity of bytes, for example 10Gi",
            "The size of volume claims that are made.",
            false,
            text -> Settings.matching(Pattern.compile("[1-9][0-9]{0,8}([KMGTPE]i?)?"), text));

    static final Setting<Duration> BACK_STOP = Settings.seconds(
            "kubernetes.back-stop-seconds",
            "604800",
            0,
            365 * 86_400,
            "After which time Kubernetes ends a Pod, even if no server ever comes back; it must be longer than any sandbox"
                    + " is to live, renewals included. 0: never.");

    static final Setting<Duration> CALL_TIMEOUT = Settings.seconds(
            "kubernetes.call-timeout-seconds", "30", 1, 3600, "How long an ordinary call of the API server may take.");

    static final Setting<Duration> SCHEDULE_TIMEOUT = Settings.seconds(
            "kubernetes.schedule-timeout-seconds",
            "120",
            1,
            3600,
            "How long a Pod may wait for a node, which an autoscaler may have to make first.");

    static final Setting<Duration> LAUNCH_TIMEOUT = Settings.seconds(
            "kubernetes.launch-timeout-seconds",
            "900",
            1,
            86_400,
            "How long it may take until a sandbox runs, the pull of its image included.");

    private KubernetesSettings() {}

    static List<Setting<?>> all() {
        return List.of(
                KUBECONFIG,
                CONTEXT,
                NAMESPACE,
                REACH,
                SERVER_ADDRESSES,
                CLOSED_ADDRESSES,
                SIDECAR,
                RUNTIME_CLASS,
                PRIORITY_CLASS,
                SERVICE_ACCOUNT,
                TOLERATIONS,
                LABELS,
                POD_TEMPLATE,
                REQUEST_PERCENT,
                CAPABILITY_SET,
                USER_NAMESPACES,
                GPU,
                HOST_PATHS,
                STORAGE_CLASS,
                STORAGE,
                BACK_STOP,
                CALL_TIMEOUT,
                SCHEDULE_TIMEOUT,
                LAUNCH_TIMEOUT);
    }

    private static Setting<Optional<String>> name(String key, String meaning) {
        return new Setting<>(
                key,
                "",
                NAME_ALLOWED,
                meaning,
                false,
                text -> Settings.given(text).map(name -> Settings.matching(NAME, name)));
    }

    private static Setting<List<Cidr>> addresses(String key, String meaning) {
        return new Setting<>(
                key,
                "",
                "a comma-separated list of IP addresses and CIDR blocks",
                meaning,
                false,
                text -> Settings.list(text).stream()
                        .map(block -> Cidr.find(block).orElseThrow(IllegalArgumentException::new))
                        .toList());
    }

    private static Toleration toleration(String text) {
        Matcher parts = TOLERATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException();
        }
        return new Toleration(parts.group(1), parts.group(2), parts.group(3));
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String each : Settings.list(text)) {
            Matcher label = LABEL.matcher(each);
            if (!label.matches() || labels.put(label.group(1), label.group(2)) != null) {
                throw new IllegalArgumentException();
            }
        }
        return labels;
    }

    private static Set<String> capabilities(String text) {
        Set<String> capabilities = new LinkedHashSet<>(Settings.list(text));
        if (!CAPABILITIES.containsAll(capabilities)) {
            throw new IllegalArgumentException();
        }
        return capabilities;
    }
}
