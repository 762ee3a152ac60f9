package dev.sandkeep.bootstrap.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys for requests: what listens, the way to the ports of sandboxes, and streams of events. */
final class HttpSettings {

    private static final Pattern PUBLIC_HOST =
            Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*");
    private static final Pattern SIGNING_KEY = Pattern.compile("[0-9a-z]{1,8}=[^,]{32,}");

    static final Setting<String> HOST = new Setting<>(
            "http.host",
            "127.0.0.1",
            "an address or host name",
            "The address to listen on.",
            false,
            Settings::nonEmpty);

    static final Setting<Integer> PORT =
            Settings.number("http.port", "8080", 0, 65_535, "The port to listen on; 0 takes any free one.");

    static final Setting<Integer> MAX_BODY =
            Settings.number("http.max-body-bytes", "1048576", 1024, 64 << 20, "The largest request body.");

    static final Setting<Integer> MAX_CONNECTIONS = Settings.number(
            "http.max-connections", "4096", 1, 100_000, "How many connections may be open; more wait to be accepted.");

    static final Setting<Duration> IDLE =
            Settings.seconds("http.idle-timeout-seconds", "75", 1, 3600, "After which silence a connection is closed.");

    static final Setting<Duration> MAX_WAIT = Settings.seconds(
            "http.max-wait-seconds", "60", 0, 600, "The longest that `Prefer: wait=N` holds an answer.");

    static final Setting<Optional<String>> PROXY_PUBLIC_HOST = new Setting<>(
            "proxy.public-host",
            "",
            "host[:port][/path] without a scheme, or empty",
            "What `endpoints` tells clients to connect to, for a server behind a reverse proxy. Empty: the host that they"
                    + " asked.",
            false,
            text -> Settings.given(text).map(host -> Settings.matching(PUBLIC_HOST, host)));

    static final Setting<Integer> PROXY_MAX_OPEN = Settings.number(
            "proxy.max-open-per-sandbox",
            "2048",
            1,
            100_000,
            "How many requests and WebSockets may be under way to the ports of one sandbox; more are refused with 429.");

    static final Setting<Duration> PROXY_RENEW_COOLDOWN = Settings.seconds(
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
            HttpSettings::signingKeys);

    static final Setting<Integer> EVENTS_MAX_WATCHERS = Settings.number(
            "events.max-watchers",
            "1000",
            1,
            100_000,
            "How many clients may watch `/v1/events` at a time; more are refused with 429. Each takes one of"
                    + " `http.max-connections`.");

    static final Setting<Duration> EVENTS_HEARTBEAT = Settings.seconds(
            "events.heartbeat-seconds", "15", 1, 300, "After which silence a watcher is sent a heartbeat.");

    private HttpSettings() {}

    static List<Setting<?>> all() {
        return List.of(
                HOST,
                PORT,
                MAX_BODY,
                MAX_CONNECTIONS,
                IDLE,
                MAX_WAIT,
                PROXY_PUBLIC_HOST,
                PROXY_MAX_OPEN,
                PROXY_RENEW_COOLDOWN,
                PROXY_SIGNING_KEYS,
                EVENTS_MAX_WATCHERS,
                EVENTS_HEARTBEAT);
    }

    private static Map<String, String> signingKeys(String text) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String part : Settings.list(text)) {
            String[] key = Settings.matching(SIGNING_KEY, part).split("=", 2);
            if (keys.put(key[0], key[1]) != null) {
                throw new IllegalArgumentException();
            }
        }
        return Collections.unmodifiableMap(keys);
    }
}
