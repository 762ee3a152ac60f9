package dev.sandkeep.bootstrap.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every key there is, by subject, and how their values are written. {@code docs/configuration.md} is held against this list
 * by a test.
 */
final class Settings {

    private static final Pattern INSTANCE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");
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

    /** What sandboxes are made on. */
    public enum RuntimeKind {
        DOCKER,
        KUBERNETES
    }

    private Settings() {}

    static List<Setting<?>> all() {
        return Stream.of(
                        List.of(INSTANCE_NAME, RUNTIME, DATA_DIR),
                        HttpSettings.all(),
                        KeySettings.all(),
                        DatabaseSettings.all(),
                        SandboxSettings.all(),
                        WebhookSettings.all(),
                        DockerSettings.all(),
                        EgressSettings.all(),
                        KubernetesSettings.all(),
                        ExecSettings.all(),
                        OperationSettings.all())
                .<Setting<?>>flatMap(List::stream)
                .toList();
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

    static int between(int least, int most, int number) {
        if (number < least || number > most) {
            throw new IllegalArgumentException();
        }
        return number;
    }

    static Optional<String> given(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    static String nonEmpty(String text) {
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

    static Path absolute(String text) {
        return Path.of(matching(Pattern.compile("/.*"), text)).normalize();
    }

    static List<String> list(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
