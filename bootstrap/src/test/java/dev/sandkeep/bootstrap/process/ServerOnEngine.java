package dev.sandkeep.bootstrap.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The server as it is shipped, on the engine of this machine, for one test, or for all tests of a class that registers it
 * in a static field. It is an instance of its own, of which nothing is left afterwards.
 */
final class ServerOnEngine implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private static final Path DOCKER = Path.of("/var/run/docker.sock");

    final String instance;
    /** Between the server and its engine. */
    final EngineProxy proxy;
    /** What is there of the instance. */
    final EngineView engine;

    final ServerProcess server;
    private final Path directory;
    private boolean starts;
    private boolean ofAllTests;

    private ServerOnEngine(String name, Path socket) {
        try {
            instance = name + "-" + UUID.randomUUID().toString().substring(0, 8);
            directory = Files.createTempDirectory("sandkeep-" + instance);
            proxy = EngineProxy.before(socket);
            engine = new EngineView(proxy.url(), instance);
            server = new ServerProcess(directory, instance, proxy.address());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** One that the test starts itself. The name is the beginning of that of its instance. */
    static ServerOnEngine named(String name) {
        return named(name, DOCKER);
    }

    /** The same on another engine. */
    static ServerOnEngine named(String name, Path socket) {
        return new ServerOnEngine(name, socket);
    }

    ServerOnEngine with(String variable, String value) {
        server.with(variable, value);
        return this;
    }

    /** It runs when the test begins. */
    ServerOnEngine started() {
        starts = true;
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        ofAllTests = true;
        begin();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (!ofAllTests) {
            begin();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (!ofAllTests) {
            end();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        end();
    }

    private void begin() throws IOException {
        if (starts) {
            server.start();
        }
    }

    private void end() throws IOException {
        try (proxy;
                engine) {
            server.close();
        }
        try (Stream<Path> left = Files.walk(directory)) {
            List<Path> deepestFirst = left.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}
