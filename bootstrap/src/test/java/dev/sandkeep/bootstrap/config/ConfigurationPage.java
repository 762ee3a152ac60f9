package dev.sandkeep.bootstrap.config;

import java.util.stream.Collectors;

/** The table of all keys for {@code docs/configuration.md}, written from the settings themselves. */
final class ConfigurationPage {

    private ConfigurationPage() {}

    static String table() {
        return "| key | environment | default | allowed | meaning |\n|---|---|---|---|---|\n"
                + Settings.all().stream().map(ConfigurationPage::row).collect(Collectors.joining("\n"));
    }

    private static String row(Setting<?> setting) {
        String fallback = setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`";
        return "| `" + setting.key() + "` | `" + setting.variable() + "` | " + fallback + " | " + setting.allowed()
                + " | " + setting.meaning() + " |";
    }
}
