package dev.sandkeep.bootstrap.config;

import dev.sandkeep.bootstrap.config.DockerSettings.GpuSupport;
import dev.sandkeep.bootstrap.config.Settings.RuntimeKind;
import dev.sandkeep.domain.admission.SnapshotQuota;
import dev.sandkeep.domain.network.Cidr;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The configuration of a server, read once and checked whole before anything starts. */
public record ServerConfig(
        String instance,
        RuntimeKind runtime,
        Path dataDirectory,
        Http http,
        Proxy proxy,
        Keys keys,
        DatabaseAccess database,
        Sandboxes sandboxes,
        Provisioning provisioning,
        Events events,
        Snapshots snapshots,
        Diagnostics diagnostics,
        Webhooks webhooks,
        Docker docker,
        Kubernetes kubernetes,
        Egress egress,
        Exec exec,
        OperationsConfig operations) {

    public record Http(
            String host, int port, int maxBodyBytes, int maxConnections, Duration idleTimeout, Duration maxWait) {}

    /**
     * The way to the ports of sandboxes.
     *
     * @param publicHost host, port and path under which clients reach this server, or null if as they ask
     * @param maxOpenPerSandbox how many requests and WebSockets may be under way to one sandbox
     * @param renewCooldown how long a sandbox that was renewed by an access is not renewed by another
     * @param signingKeys the texts of the keys for signed URLs by their ids, the one that signs first
     */
    public record Proxy(
            @Nullable String publicHost,
            int maxOpenPerSandbox,
            Duration renewCooldown,
            Map<String, String> signingKeys) {
        @Override
        public String toString() {
            return "Proxy[publicHost=" + publicHost + ", maxOpenPerSandbox=" + maxOpenPerSandbox + ", signingKeys=***]";
        }
    }

    /**
     * Who may call.
     *
     * @param key an API key in clear text, or null
     * @param hashes SHA-256 hashes of further keys, by name
     * @param administrators the names of those that may administer the server; none if all may
     */
    public record Keys(@Nullable String key, Map<String, String> hashes, Set<String> administrators) {
        @Override
        public String toString() {
            return "Keys[***]";
        }
    }

    /**
     * Where the records are.
     *
     * @param url a PostgreSQL URL, or null for the embedded database in the data directory
     * @param secretKey what is secret is sealed with, in Base64, or null for the file in the data directory
     */
    public record DatabaseAccess(
            @Nullable String url,
            String user,
            String password,
            int poolSize,
            @Nullable String secretKey) {
        @Override
        public String toString() {
            return "DatabaseAccess[url=" + url + ", user=" + user + ", password=***, secretKey=***]";
        }
    }

    public record Sandboxes(Duration maxTimeout, boolean allowNoExpiry, Duration retention, boolean pausedTimeCounts) {}

    /**
     * Telling what becomes of sandboxes.
     *
     * @param maxWatchers how many clients may watch at a time
     * @param heartbeat how long a stream is silent at most
     */
    public record Events(int maxWatchers, Duration heartbeat) {}

    /**
     * Finding out what is wrong.
     *
     * @param keptLogBytes how much of the log of an ended sandbox is kept
     * @param inlineBytes how much an answer holds; what is larger is fetched from an address of its own
     */
    public record Diagnostics(int keptLogBytes, int inlineBytes) {}

    /**
     * Who is called when something becomes of a sandbox.
     *
     * @param secret signs every call, or null if nobody is called
     * @param maxAttempts after how many an event is given up
     */
    public record Webhooks(List<URI> endpoints, @Nullable String secret, int maxAttempts) {
        @Override
        public String toString() {
            return "Webhooks[" + endpoints.size() + " endpoints, secret=***, maxAttempts=" + maxAttempts + "]";
        }
    }

    /**
     * Commands and files of sandboxes.
     *
     * @param enabled whether the server answers at the port of the execution API, unless a sandbox wants it
     * @param maxPerSandbox how many commands and file transfers may go on in one sandbox
     * @param auditCommandText whether the audit trail has the text of commands and code
     * @param warmShells how many shells wait in a sandbox that was worked in lately
     * @param warmIdle after how long without work they are ended
     */
    public record Exec(
            boolean enabled,
            int maxPerSandbox,
            boolean auditCommandText,
            int warmShells,
            Duration warmIdle,
            Terminals terminals) {}

    /**
     * Terminals of sandboxes.
     *
     * @param most how many may be open
     * @param mostPerSandbox how many in one sandbox
     * @param idle after how long without a client one is ended
     */
    public record Terminals(int most, int mostPerSandbox, Duration idle) {}

    public record Provisioning(int launches, int pulls, int queue) {}

    public record Snapshots(int atATime, int queue, SnapshotQuota quota) {}

    public record Docker(
            @Nullable URI host,
            List<Path> allowedHostPaths,
            @Nullable String ociRuntime,
            GpuSupport gpu,
            int defaultPids,
            Duration callTimeout,
            Duration launchTimeout,
            Duration pullTimeout,
            Duration snapshotTimeout) {}

    /** The cluster; see {@link KubernetesSettings} for what each means. */
    public record Kubernetes(
            @Nullable Path kubeconfig,
            @Nullable String context,
            @Nullable String namespace,
            KubernetesSettings.Reach reach,
            List<Cidr> serverAddresses,
            List<Cidr> closedAddresses,
            KubernetesSettings.Sidecar sidecar,
            @Nullable String runtimeClass,
            @Nullable String priorityClass,
            @Nullable String serviceAccount,
            List<KubernetesSettings.Toleration> tolerations,
            Map<String, String> labels,
            @Nullable Path podTemplate,
            int requestPercent,
            Set<String> capabilities,
            boolean userNamespaces,
            boolean gpu,
            List<Path> allowedHostPaths,
            @Nullable String storageClass,
            String storage,
            Duration backStop,
            Duration callTimeout,
            Duration scheduleTimeout,
            Duration launchTimeout) {}

    /** The guarding of outbound traffic; without an image nothing is guarded. */
    public record Egress(
            @Nullable String image,
            List<InetAddress> resolvers,
            boolean allowPrivate,
            boolean ipv6,
            int spareOpen,
            int spareGuarding) {}

    /**
     * The configuration in the environment and in the file that its {@code SANDKEEP_CONFIG} names, if any.
     *
     * @throws ConfigException for the first key that is unknown or not allowed
     */
    public static ServerConfig from(Map<String, String> environment) {
        return new ConfigReader(ConfigFile.read(environment.get("SANDKEEP_CONFIG")), environment).read();
    }

    /** Every key with its value as it will be logged, secrets masked. */
    public static Map<String, String> describe(Map<String, String> environment) {
        ConfigReader reader = new ConfigReader(ConfigFile.read(environment.get("SANDKEEP_CONFIG")), environment);
        Map<String, String> described = new TreeMap<>();
        Settings.all().forEach(setting -> described.put(setting.key(), reader.show(setting)));
        return described;
    }
}
