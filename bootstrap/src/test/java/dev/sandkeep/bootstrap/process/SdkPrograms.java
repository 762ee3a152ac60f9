package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandkeep.testkit.fixture.JupyterImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Programs in other languages that drive a server with the public SDK of their language, and check every answer. The SDKs
 * are installed by {@code ./test}; without npm or python3 there is none, which must be said.
 */
final class SdkPrograms {

    private static final Path SOURCES = Path.of("src", "test", "sdk");
    private static final Path INSTALLED = Path.of("target", "sdk");

    private SdkPrograms() {}

    /** @param name of a program, {@code lifecycle} for example */
    static void javascript(ServerProcess server, String name) {
        Path directory = installed("javascript", "npm");
        // An import is looked up beside the file that has it.
        Path program = directory.resolve(name + ".test.mjs");
        try {
            Files.copy(
                    SOURCES.resolve("javascript").resolve(program.getFileName()),
                    program,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        run(server, "node", "--test", "--test-reporter=spec", program.toString());
    }

    /** @param name of a program, {@code lifecycle} for example */
    static void python(ServerProcess server, String name) {
        run(
                server,
                installed("python", "python3").resolve("bin").resolve("python").toString(),
                SOURCES.resolve("python").resolve("test_" + name + ".py").toString());
    }

    private static Path installed(String language, String needed) {
        Path directory = INSTALLED.resolve(language);
        boolean there = Files.exists(directory.resolve("installed"));
        if (!"yes".equals(System.getenv("TEST_ALL_SDKS"))) {
            assumeTrue(there, needed + " was not there when ./test installed the SDKs");
        }
        assertThat(there).as("the SDK in %s; ./test installs it", directory).isTrue();
        return directory;
    }

    private static void run(ServerProcess server, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
            builder.environment().put("SANDKEEP_TEST_SERVER", server.address());
            builder.environment().put("SANDKEEP_TEST_KEY", ServerProcess.API_KEY);
            builder.environment().put("SANDKEEP_TEST_RUNTIME", server.runtime());
            JupyterImage.name().ifPresent(image -> builder.environment().put("SANDKEEP_TEST_JUPYTER_IMAGE", image));
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + List.of(command), stopped);
        }
    }
}
