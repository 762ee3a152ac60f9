package dev.sandkeep.bootstrap.config;

import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys for telling others of events. */
final class WebhookSettings {

    static final Setting<List<URI>> URLS = new Setting<>(
            "webhooks.urls",
            "",
            "a comma-separated list of http:// or https:// URLs without user, password and fragment",
            "Who is called with every event. Empty: nobody. See [events](events.md).",
            false,
            text -> Settings.list(text).stream()
                    .map(WebhookSettings::webhook)
                    .distinct()
                    .toList());

    static final Setting<Optional<String>> SECRET = new Setting<>(
            "webhooks.secret",
            "",
            "whsec_ and 24 to 64 bytes in Base64",
            "Signs what is sent to `webhooks.urls`, and is needed for them.",
            true,
            text -> Settings.given(text).map(WebhookSettings::webhookSecret));

    static final Setting<Integer> MAX_ATTEMPTS = Settings.number(
            "webhooks.max-attempts",
            "12",
            1,
            100,
            "After how many attempts an event is given up for a receiver, which is then told of the next.");

    private WebhookSettings() {}

    static List<Setting<?>> all() {
        return List.of(URLS, SECRET, MAX_ATTEMPTS);
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
                .decode(Settings.matching(Pattern.compile("whsec_(.+)"), text).substring(6));
        Settings.between(24, 64, key.length);
        return text;
    }
}
