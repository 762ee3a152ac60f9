package dev.sandkeep.bootstrap.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys for whoever operates the server, rather than uses it. */
final class OperationSettings {

    static final Setting<Integer> MAX_REQUESTS = Settings.number(
            "http.max-requests",
            "512",
            1,
            100_000,
            "How many requests may be worked on at a time, streams not counted; more are refused with 429.");

    static final Setting<Duration> DRAIN = Settings.seconds(
            "http.drain-seconds",
            "0",
            0,
            300,
            "How long a server that is being stopped still takes requests while `/health/ready` says 503, so that a load"
                    + " balancer can notice.");

    static final Setting<Duration> STOP_GRACE = Settings.seconds(
            "http.stop-grace-seconds",
            "10",
            0,
            300,
            "How long requests that are being worked on may take at the stop.");

    static final Setting<Optional<String>> METRICS_TOKEN = new Setting<>(
            "metrics.token",
            "",
            "at least 16 characters",
            "Opens `/metrics`, and nothing else, as a bearer token. Without it only an API key does.",
            true,
            text -> Settings.given(text).map(token -> Settings.atLeast(16, token)));

    static final Setting<String> LOG_FORMAT = new Setting<>(
            "log.format",
            "text",
            "text or json",
            "How the log looks: lines for people, or a JSON object for each.",
            false,
            text -> Settings.matching(Pattern.compile("text|json"), text));

    static final Setting<String> LOG_LEVEL = new Setting<>(
            "log.level",
            "info",
            "error, warn, info or debug",
            "What is logged: this and everything that is worse.",
            false,
            text -> Settings.matching(Pattern.compile("error|warn|info|debug"), text));

    static final Setting<Optional<String>> QUOTA_SANDBOXES = limit(
            "sandboxes",
            "a whole number from 0 to 1000000, or empty",
            "How many sandboxes that have not ended an API key may have. Empty: any number.");

    static final Setting<Optional<String>> QUOTA_CREATES = limit(
            "creates-per-minute",
            "a whole number from 1 to 1000000, or empty",
            "How many sandboxes an API key may create in a minute. Empty: any number.");

    static final Setting<Optional<String>> QUOTA_CPU = limit(
            "cpu",
            "a quantity of cores from 1m to 1000, or empty",
            "The most that the CPU limits of the sandboxes of an API key may add up to. Empty: anything.");

    static final Setting<Optional<String>> QUOTA_MEMORY = limit(
            "memory",
            "a quantity of bytes from 6Mi to 1Pi, or empty",
            "The most that their memory limits may add up to. Empty: anything.");

    static final Setting<Map<String, Map<String, String>>> QUOTA_KEYS = new Setting<>(
            "quota.keys",
            "",
            "a comma-separated list like: ci sandboxes=20 memory=64Gi, guest creates-per-minute=none",
            "Other quotas for some API keys, by name; what is not given here is as above, and `none` lifts a limit.",
            false,
            QuotaText::parseByKey);

    private OperationSettings() {}

    private static Setting<Optional<String>> limit(String name, String allowed, String meaning) {
        return new Setting<>(
                "quota." + name,
                "",
                allowed,
                meaning,
                false,
                text -> Settings.given(text).map(amount -> QuotaText.checked(name, amount)));
    }

    static List<Setting<?>> all() {
        return List.of(
                MAX_REQUESTS,
                DRAIN,
                STOP_GRACE,
                METRICS_TOKEN,
                LOG_FORMAT,
                LOG_LEVEL,
                QUOTA_SANDBOXES,
                QUOTA_CREATES,
                QUOTA_CPU,
                QUOTA_MEMORY,
                QUOTA_KEYS);
    }
}
