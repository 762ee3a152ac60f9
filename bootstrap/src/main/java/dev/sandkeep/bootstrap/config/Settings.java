package dev.sandkeep.bootstrap.config;

import dev.sandkeep.domain.network.Cidr;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every key there is. {@code docs/configuration.md} is held against this list by a test. */
final class Settings {

    private static final Pattern INSTANCE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");
    private static final Pattern NAMED_HASH = Pattern.compile("([A-Za-z0-9._-]{1,64})=([0-9a-fA-F]{64})");
    private static final Pattern PUBLIC_HOST =
            Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*");
    private static final Pattern SIGNING_KEY = Pattern.compile("[0-9a-z]{1,8}=[^,]{32,}");
    private static final String SECONDS = "a whole number of seconds, ";

    static final Setting<String> INSTANCE_NAME = new Setting<>(
            "instance",
            "default",
            "1 to 32 of [a-z0-9-] that start and end with a letter or digit",
            "Names this server on its engine. Servers with different names do not touch each other's sandboxes; a server"
                    + " that lost its database takes over the sandboxes of its own name.",
            false,
            text -> matching(INSTANCE, text));

    static final Setting<RuntimeKind> RUNTIME = new Setting<>(
            "runtime",
            "docker",
            "docker or kubernetes",
            "What sandboxes are made on: a container engine (`docker.*`), or a cluster (`kubernetes.*`).",
            false,
            text -> RuntimeKind.valueOf(text.toUpperCase(Locale.ROOT)));

    static final Setting<Path> DATA_DIR = new Setting<>(
            "data.dir",
            "data",
            "a path",
            "Where the server keeps the embedded database, the generated API key and the secret key.",
            false,
            text -> Path.of(nonEmpty(text)).toAbsolutePath().normalize());

    static final Setting<String> HTTP_HOST = new Setting<>(
            "http.host",
            "127.0.0.1",
            "an address or host name",
            "The address to listen on.",
            false,
            Settings::nonEmpty);

    static final Setting<Integer> HTTP_PORT =
            number("http.port", "8080", 0, 65_535, "The port to listen on; 0 takes any free one.");

    static final Setting<Integer> HTTP_MAX_BODY =
            number("http.max-body-bytes", "1048576", 1024, 64 << 20, "The largest request body.");

    static final Setting<Integer> HTTP_MAX_CONNECTIONS = number(
            "http.max-connections", "4096", 1, 100_000, "How many connections may be open; more wait to be accepted.");

    static final Setting<Duration> HTTP_IDLE =
            seconds("http.idle-timeout-seconds", "75", 1, 3600, "After which silence a connection is closed.");

    static final Setting<Duration> HTTP_MAX_WAIT =
            seconds("http.max-wait-seconds", "60", 0, 600, "The longest that `Prefer: wait=N` holds an answer.");

    static final Setting<Optional<String>> PROXY_PUBLIC_HOST = new Setting<>(
            "proxy.public-host",
            "",
            "host[:port][/path] without a scheme, or empty",
            "What `endpoints` tells clients to connect to, for a server behind a reverse proxy. Empty: the host that they"
                    + " asked.",
            false,
            text -> given(text).map(host -> matching(PUBLIC_HOST, host)));

    static final Setting<Integer> PROXY_MAX_OPEN = number(
            "proxy.max-open-per-sandbox",
            "2048",
            1,
            100_000,
            "How many requests and WebSockets may be under way to the ports of one sandbox; more are refused with 429.");

    static final Setting<Duration> PROXY_RENEW_COOLDOWN = seconds(
            "proxy.renew-cooldown-seconds",
            "60",
            1,
            3600,
            "How long a sandbox that was renewed by an access is not renewed by another.");

    static final Setting<Map<String, String>> PROXY_SIGNING_KEYS = new Setting<>(
            "proxy.signing-keys",
            "",
            "a comma-separated list of id=secret, 1 to 8 of [0-9a-z] and at least 32 characters, or empty",
            "The keys of signed URLs. The first one signs and all of them verify, so a new key is put first, and the old"
                    + " one taken out when its URLs have expired. Empty: one that is derived from the secret key.",
            true,
            Settings::signingKeys);

    static final Setting<Optional<String>> API_KEY = new Setting<>(
            "api.key",
            "",
            "at least 16 characters",
            "The API key in clear text, best given by the environment. Without it and without `api.keys` one is"
                    + " generated at the first start and kept in the data directory.",
            true,
            text -> given(text).map(key -> atLeast(16, key)));

    static final Setting<Map<String, String>> API_KEYS = new Setting<>(
            "api.keys",
            "",
            "a comma-separated list of name=hash, the hash being 64 hex digits",
            "Further API keys: a name for the log, and the SHA-256 of its text.",
            false,
            Settings::namedHashes);

    static final Setting<Optional<String>> DATABASE_URL = new Setting<>(
            "database.url",
            "",
            "a jdbc:postgresql: URL, or empty",
            "PostgreSQL instead of the embedded H2 database, for example `jdbc:postgresql://127.0.0.1:5432/sandkeep`.",
            false,
            text -> given(text).map(url -> matching(Pattern.compile("jdbc:postgresql:.+"), url)));

    static final Setting<String> DATABASE_USER =
            new Setting<>("database.user", "sandkeep", "a name", "The database user.", false, Settings::nonEmpty);

    static final Setting<String> DATABASE_PASSWORD = new Setting<>(
            "database.password", "", "text", "The password of the database user.", true, Function.identity());

    static final Setting<Optional<String>> DATABASE_SECRET_KEY = new Setting<>(
            "database.secret-key",
            "",
            "32 bytes in Base64, or empty",
            "Seals what is secret in the database and signs what the server hands out, in place of the file `secret.key`."
                    + " Servers on one database need the same one.",
            true,
            text -> given(text).map(Settings::secretKey));

    static final Setting<Integer> DATABASE_POOL =
            number("database.pool-size", "8", 1, 200, "How many database connections are kept.");

    static final Setting<Duration> MAX_TIMEOUT = seconds(
            "sandbox.max-timeout-seconds", "86400", 60, 365 * 86_400, "The longest `timeout` that may be asked for.");

    static final Setting<Boolean> ALLOW_NO_EXPIRY = flag(
            "sandbox.allow-no-expiry", "true", "Whether `timeout: null`, a sandbox without a deadline, is allowed.");

    static final Setting<Duration> RETENTION = seconds(
            "sandbox.retention-seconds", "86400", 0, 365 * 86_400, "How long an ended sandbox can still be read.");

    static final Setting<Boolean> PAUSED_TIME_COUNTS = flag(
            "sandbox.paused-time-counts",
            "true",
            "Whether time while paused counts towards the timeout. If not, a resume moves `expiresAt` by the time that"
                    + " was paused, and a sandbox that stays paused stays for ever.");

    static final Setting<Integer> LAUNCHES =
            number("provisioning.launches", "8", 1, 1000, "How many sandboxes are made and started at the same time.");

    static final Setting<Integer> PULLS =
            number("provisioning.pulls", "4", 1, 1000, "How many images are pulled at the same time.");

    static final Setting<Integer> QUEUE =
            number("provisioning.queue", "1000", 1, 100_000, "How many sandboxes may wait; more are refused with 429.");

    static final Setting<Integer> EVENTS_MAX_WATCHERS = number(
            "events.max-watchers",
            "1000",
            1,
            100_000,
            "How many clients may watch `/v1/events` at a time; more are refused with 429. Each takes one of"
                    + " `http.max-connections`.");

    static final Setting<Duration> EVENTS_HEARTBEAT =
            seconds("events.heartbeat-seconds", "15", 1, 300, "After which silence a watcher is sent a heartbeat.");

    static final Setting<Integer> SNAPSHOTS_AT_A_TIME =
            number("snapshot.at-a-time", "2", 1, 100, "How many snapshots are taken at the same time.");

    static final Setting<Integer> SNAPSHOT_QUEUE = number(
            "snapshot.queue",
            "100",
            1,
            100_000,
            "How many snapshots may be under way or wait; more are refused with 429.");

    static final Setting<Integer> DIAGNOSTICS_KEPT_LOG = number(
            "diagnostics.kept-log-bytes",
            "65536",
            1024,
            1 << 20,
            "How much of the log of a sandbox is kept after its end, until the sandbox is forgotten.");

    static final Setting<Integer> DIAGNOSTICS_INLINE = number(
            "diagnostics.inline-bytes",
            "65536",
            0,
            1 << 20,
            "The largest content of diagnostics that is part of the answer; larger ones are fetched from an address"
                    + " that is good for ten minutes.");

    static final Setting<List<URI>> WEBHOOKS_URLS = new Setting<>(
            "webhooks.urls",
            "",
            "a comma-separated list of http:// or https:// URLs without user, password and fragment",
            "Who is called with every event. Empty: nobody. See [events](events.md).",
            false,
            text -> list(text).stream().map(Settings::webhook).distinct().toList());

    static final Setting<Optional<String>> WEBHOOKS_SECRET = new Setting<>(
            "webhooks.secret",
            "",
            "whsec_ and 24 to 64 bytes in Base64",
            "Signs what is sent to `webhooks.urls`, and is needed for them.",
            true,
            text -> given(text).map(Settings::webhookSecret));

    static final Setting<Integer> WEBHOOKS_MAX_ATTEMPTS = number(
            "webhooks.max-attempts",
            "12",
            1,
            100,
            "After how many attempts an event is given up for a receiver, which is then told of the next.");

    static final Setting<Optional<URI>> DOCKER_HOST = new Setting<>(
            "docker.host",
            "",
            "a unix:// or tcp:// URI, or empty",
            "The engine. Empty: `DOCKER_HOST`, else the usual sockets of Docker and Podman.",
            false,
            text -> given(text).map(uri -> URI.create(matching(Pattern.compile("(unix|tcp)://.+"), uri))));

    static final Setting<List<Path>> DOCKER_HOST_PATHS = new Setting<>(
            "docker.allowed-host-paths",
            "",
            "a comma-separated list of absolute paths",
            "Directories of the host that sandboxes may mount, with everything below. Empty: none.",
            false,
            text -> list(text).stream().map(Settings::absolute).toList());

    static final Setting<Optional<String>> DOCKER_OCI_RUNTIME = new Setting<>(
            "docker.oci-runtime",
            "",
            "the name of a runtime that the engine knows, for example runsc or kata",
            "The OCI runtime of the sandboxes. Empty: the engine's default.",
            false,
            text -> given(text).map(name -> matching(Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}"), name)));

    static final Setting<GpuSupport> DOCKER_GPU = new Setting<>(
            "docker.gpu",
            "auto",
            "auto, on or off",
            "Whether sandboxes may ask for GPUs. auto: if the engine has the NVIDIA runtime.",
            false,
            text -> GpuSupport.valueOf(text.toUpperCase(Locale.ROOT)));

    static final Setting<Integer> DOCKER_PIDS =
            number("docker.default-pids", "4096", 16, 4_194_304, "The limit of processes where a request names none.");

    static final Setting<Optional<String>> EGRESS_IMAGE = new Setting<>(
            "egress.image",
            "",
            "an image reference, or empty",
            "The image of the sidecar that guards the network of a sandbox; `./run` makes it. Empty: sandboxes are not"
                    + " guarded, and a network policy that restricts anything is refused.",
            false,
            Settings::given);

    static final Setting<List<InetAddress>> EGRESS_RESOLVERS = new Setting<>(
            "egress.resolvers",
            "",
            "a comma-separated list of IP addresses",
            "The DNS resolvers that guarded sandboxes' names are looked up at. Empty: those of the host.",
            false,
            text -> list(text).stream().map(Settings::address).toList());

    static final Setting<Boolean> EGRESS_PRIVATE = flag(
            "egress.allow-private",
            "false",
            "Whether sandboxes may reach private addresses (RFC 1918, RFC 6598, RFC 4193) that no rule of their policy"
                    + " names.");

    static final Setting<Boolean> EGRESS_IPV6 = flag(
            "egress.ipv6",
            "true",
            "Whether guarded sandboxes have IPv6, where the engine can. It takes effect when their network is made, and"
                    + " makes the host forward IPv6.");

    static final Setting<Integer> EGRESS_SPARE_OPEN =
            number("egress.spare-open", "4", 0, 64, "How many sidecars are kept ready for sandboxes without a policy.");

    static final Setting<Integer> EGRESS_SPARE_GUARDING = number(
            "egress.spare-guarding", "2", 0, 64, "How many sidecars are kept ready for sandboxes with a policy.");

    static final Setting<Duration> DOCKER_CALL_TIMEOUT =
            seconds("docker.call-timeout-seconds", "30", 1, 3600, "How long an ordinary call of the engine may take.");

    static final Setting<Duration> DOCKER_LAUNCH_TIMEOUT = seconds(
            "docker.launch-timeout-seconds", "120", 1, 3600, "How long making and starting a container may take.");

    static final Setting<Duration> DOCKER_PULL_TIMEOUT =
            seconds("docker.pull-timeout-seconds", "1800", 1, 86_400, "How long the pull of an image may take.");

    static final Setting<Duration> DOCKER_SNAPSHOT_TIMEOUT = seconds(
            "docker.snapshot-timeout-seconds", "1800", 1, 86_400, "How long saving the files of a sandbox may take.");

    /** What sandboxes are made on. */
    public enum RuntimeKind {
        DOCKER,
        KUBERNETES
    }

    /** Whether GPUs can be had. */
    public enum GpuSupport {
        AUTO,
        ON,
        OFF
    }

    private Settings() {}

    static List<Setting<?>> all() {
        return Stream.of(own(), KubernetesSettings.all(), ExecSettings.all(), OperationSettings.all())
                .<Setting<?>>flatMap(List::stream)
                .toList();
    }

    private static List<Setting<?>> own() {
        return List.of(
                INSTANCE_NAME,
                RUNTIME,
                DATA_DIR,
                HTTP_HOST,
                HTTP_PORT,
                HTTP_MAX_BODY,
                HTTP_MAX_CONNECTIONS,
                HTTP_IDLE,
                HTTP_MAX_WAIT,
                PROXY_PUBLIC_HOST,
                PROXY_MAX_OPEN,
                PROXY_RENEW_COOLDOWN,
                PROXY_SIGNING_KEYS,
                API_KEY,
                API_KEYS,
                DATABASE_URL,
                DATABASE_USER,
                DATABASE_PASSWORD,
                DATABASE_POOL,
                DATABASE_SECRET_KEY,
                MAX_TIMEOUT,
                ALLOW_NO_EXPIRY,
                RETENTION,
                PAUSED_TIME_COUNTS,
                LAUNCHES,
                PULLS,
                QUEUE,
                EVENTS_MAX_WATCHERS,
                EVENTS_HEARTBEAT,
                SNAPSHOTS_AT_A_TIME,
                SNAPSHOT_QUEUE,
                DIAGNOSTICS_KEPT_LOG,
                DIAGNOSTICS_INLINE,
                WEBHOOKS_URLS,
                WEBHOOKS_SECRET,
                WEBHOOKS_MAX_ATTEMPTS,
                DOCKER_HOST,
                DOCKER_HOST_PATHS,
                DOCKER_OCI_RUNTIME,
                DOCKER_GPU,
                DOCKER_PIDS,
                EGRESS_IMAGE,
                EGRESS_RESOLVERS,
                EGRESS_PRIVATE,
                EGRESS_IPV6,
                EGRESS_SPARE_OPEN,
                EGRESS_SPARE_GUARDING,
                DOCKER_CALL_TIMEOUT,
                DOCKER_LAUNCH_TIMEOUT,
                DOCKER_PULL_TIMEOUT,
                DOCKER_SNAPSHOT_TIMEOUT);
    }

    static Setting<Integer> number(String key, String fallback, int least, int most, String meaning) {
        return new Setting<>(
                key,
                fallback,
                "a whole number from " + least + " to " + most,
                meaning,
                false,
                text -> between(least, most, Integer.parseInt(text)));
    }

    static Setting<Duration> seconds(String key, String fallback, int least, int most, String meaning) {
        return new Setting<>(
                key,
                fallback,
                SECONDS + least + " to " + most,
                meaning,
                false,
                text -> Duration.ofSeconds(between(least, most, Integer.parseInt(text))));
    }

    static Setting<Boolean> flag(String key, String fallback, String meaning) {
        return new Setting<>(key, fallback, "true or false", meaning, false, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        });
    }

    private static int between(int least, int most, int number) {
        if (number < least || number > most) {
            throw new IllegalArgumentException();
        }
        return number;
    }

    static Optional<String> given(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static String nonEmpty(String text) {
        return atLeast(1, text);
    }

    static String atLeast(int length, String text) {
        if (text.length() < length) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    static String matching(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static String secretKey(String text) {
        between(32, 32, Base64.getDecoder().decode(text).length);
        return text;
    }

    private static URI webhook(String text) {
        URI uri = URI.create(text);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https"))
                || uri.getHost() == null
                || uri.getRawUserInfo() != null
                || uri.getRawFragment() != null
                || text.length() > 2048) {
            throw new IllegalArgumentException();
        }
        return uri;
    }

    private static String webhookSecret(String text) {
        byte[] key = Base64.getDecoder()
                .decode(matching(Pattern.compile("whsec_(.+)"), text).substring(6));
        between(24, 64, key.length);
        return text;
    }

    private static InetAddress address(String text) {
        return Cidr.findAddress(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    static Path absolute(String text) {
        return Path.of(matching(Pattern.compile("/.*"), text)).normalize();
    }

    static List<String> list(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static Map<String, String> signingKeys(String text) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String part : list(text)) {
            String[] key = matching(SIGNING_KEY, part).split("=", 2);
            if (keys.put(key[0], key[1]) != null) {
                throw new IllegalArgumentException();
            }
        }
        return Collections.unmodifiableMap(keys);
    }

    private static Map<String, String> namedHashes(String text) {
        return list(text).stream()
                .map(part -> matching(NAMED_HASH, part).split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part[1].toLowerCase(Locale.ROOT)));
    }
}
