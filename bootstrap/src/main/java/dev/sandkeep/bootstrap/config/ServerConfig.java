package dev.sandkeep.bootstrap.config;

import dev.sandkeep.bootstrap.config.Settings.GpuSupport;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The configuration of a server, read once and checked whole before anything starts. */
public record ServerConfig(
        String instance,
        Path dataDirectory,
        Http http,
        Keys keys,
        DatabaseAccess database,
        Sandboxes sandboxes,
        Provisioning provisioning,
        Docker docker,
        Egress egress) {

    public record Http(
            String host, int port, int maxBodyBytes, int maxConnections, Duration idleTimeout, Duration maxWait) {}

    /**
     * Who may call.
     *
     * @param key an API key in clear text, or null
     * @param hashes SHA-256 hashes of further keys, by name
     */
    public record Keys(@Nullable String key, Map<String, String> hashes) {
        @Override
        public String toString() {
            return "Keys[***]";
        }
    }

    /**
     * Where the records are.
     *
     * @param url a PostgreSQL URL, or null for the embedded database in the data directory
     */
    public record DatabaseAccess(@Nullable String url, String user, String password, int poolSize) {
        @Override
        public String toString() {
            return "DatabaseAccess[url=" + url + ", user=" + user + ", password=***]";
        }
    }

    public record Sandboxes(Duration maxTimeout, boolean allowNoExpiry, Duration retention) {}

    public record Provisioning(int launches, int pulls, int queue) {}

    public record Docker(
            @Nullable URI host,
            List<Path> allowedHostPaths,
            @Nullable String ociRuntime,
            GpuSupport gpu,
            int defaultPids,
            Duration callTimeout,
            Duration launchTimeout,
            Duration pullTimeout) {}

    /** The guarding of outbound traffic; without an image nothing is guarded. */
    public record Egress(
            @Nullable String image,
            List<InetAddress> resolvers,
            boolean allowPrivate,
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
