package dev.sandkeep.bootstrap.config;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The keys for where the records are. */
final class DatabaseSettings {

    static final Setting<Optional<String>> URL = new Setting<>(
            "database.url",
            "",
            "a jdbc:postgresql: URL, or empty",
            "PostgreSQL instead of the embedded H2 database, for example `jdbc:postgresql://127.0.0.1:5432/sandkeep`.",
            false,
            text -> Settings.given(text).map(url -> Settings.matching(Pattern.compile("jdbc:postgresql:.+"), url)));

    static final Setting<String> USER =
            new Setting<>("database.user", "sandkeep", "a name", "The database user.", false, Settings::nonEmpty);

    static final Setting<String> PASSWORD = new Setting<>(
            "database.password", "", "text", "The password of the database user.", true, Function.identity());

    static final Setting<Integer> POOL =
            Settings.number("database.pool-size", "8", 1, 200, "How many database connections are kept.");

    static final Setting<Optional<String>> SECRET_KEY = new Setting<>(
            "database.secret-key",
            "",
            "32 bytes in Base64, or empty",
            "Seals what is secret in the database and signs what the server hands out, in place of the file `secret.key`."
                    + " Servers on one database need the same one.",
            true,
            text -> Settings.given(text).map(DatabaseSettings::secretKey));

    private DatabaseSettings() {}

    static List<Setting<?>> all() {
        return List.of(URL, USER, PASSWORD, POOL, SECRET_KEY);
    }

    private static String secretKey(String text) {
        Settings.between(32, 32, Base64.getDecoder().decode(text).length);
        return text;
    }
}
