package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The small internet of {@code scripts/stand-in-internet}. There is one per machine: the first test class that needs it
 * makes it, and it is taken away when all tests are done.
 */
final class StandInInternet implements BeforeAllCallback, AutoCloseable {

    static final String RESOLVER = "198.18.0.53";
    static final String GOOD = "198.18.0.10";
    static final String BAD = "198.18.0.11";

    private static final Path SCRIPT =
            Path.of("..", "scripts", "stand-in-internet").toAbsolutePath().normalize();

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(StandInInternet.class))
                .computeIfAbsent(StandInInternet.class, _ -> makeIt());
    }

    private StandInInternet makeIt() {
        try {
            script("up");
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException("scripts/stand-in-internet cannot be run", failed);
        }
    }

    private static void script(String command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString(), command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as("scripts/stand-in-internet %s, which needs root: %s", command, output)
                    .isZero();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the small internet", stopped);
        }
    }

    @Override
    public void close() throws IOException {
        script("down");
    }
}
