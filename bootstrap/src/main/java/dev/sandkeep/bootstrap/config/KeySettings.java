package dev.sandkeep.bootstrap.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The keys for API keys: who may call, and who may administer. */
final class KeySettings {

    private static final Pattern NAMED_HASH = Pattern.compile("([A-Za-z0-9._-]{1,64})=([0-9a-fA-F]{64})");

    static final Setting<Optional<String>> KEY = new Setting<>(
            "api.key",
            "",
            "at least 16 characters",
            "The API key in clear text, best given by the environment. Without it and without `api.keys` one is"
                    + " generated at the first start and kept in the data directory.",
            true,
            text -> Settings.given(text).map(key -> Settings.atLeast(16, key)));

    static final Setting<Map<String, String>> HASHES = new Setting<>(
            "api.keys",
            "",
            "a comma-separated list of name=hash, the hash being 64 hex digits",
            "Further API keys: a name for the log, and the SHA-256 of its text.",
            false,
            KeySettings::namedHashes);

    static final Setting<Set<String>> ADMINISTRATORS = new Setting<>(
            "api.admin-keys",
            "",
            "a comma-separated list of names of API keys",
            "Which API keys may use `/v1/admin`; others are refused with 403. `default` is the one of `api.key`, or the"
                    + " generated one. Empty: all.",
            false,
            text -> Set.copyOf(Settings.list(text)));

    private KeySettings() {}

    static List<Setting<?>> all() {
        return List.of(KEY, HASHES, ADMINISTRATORS);
    }

    private static Map<String, String> namedHashes(String text) {
        return Settings.list(text).stream()
                .map(part -> Settings.matching(NAMED_HASH, part).split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part[1].toLowerCase(Locale.ROOT)));
    }
}
