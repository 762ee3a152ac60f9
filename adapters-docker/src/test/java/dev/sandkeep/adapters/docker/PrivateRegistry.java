package dev.sandkeep.adapters.docker;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.AuthConfig;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.testkit.fixture.FreePort;
import dev.sandkeep.testkit.fixture.Specs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A registry on this machine that asks everybody for credentials. Needs docker-registry and htpasswd to be installed. */
final class PrivateRegistry implements AutoCloseable {

    private final RegistryCredentials credentials;
    private final int port;
    private final Process process;

    PrivateRegistry(Path directory, RegistryCredentials credentials) throws IOException, InterruptedException {
        this.credentials = credentials;
        this.port = FreePort.find();
        Path users = directory.resolve("users");
        Process htpasswd = new ProcessBuilder("htpasswd", "-Bbn", credentials.username(), credentials.password())
                .redirectOutput(users.toFile())
                .start();
        if (htpasswd.waitFor() != 0) {
            throw new AssertionError("htpasswd failed");
        }
        Path config = Files.writeString(directory.resolve("registry.yml"), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %s/images}}
                http: {addr: "127.0.0.1:%d"}
                auth: {htpasswd: {realm: test, path: %s}}
                """.formatted(directory, port, users));
        process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("registry.log").toFile())
                .start();
        await().atMost(Duration.ofMinutes(1)).until(this::accepts);
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    ImageRef image(String name) {
        return ImageRef.parse("127.0.0.1:" + port + "/" + name);
    }

    /** Brings the test image into the registry under this name, and leaves no image of that name on the engine. */
    void publish(DockerClient engine, ImageRef image) throws InterruptedException {
        engine.tagImageCmd(ContainerSpecs.imageName(Specs.IMAGE), image.repository(), image.tag())
                .exec();
        engine.pushImageCmd(image.repository())
                .withTag(image.tag())
                .withAuthConfig(new AuthConfig()
                        .withUsername(credentials.username())
                        .withPassword(credentials.password())
                        .withRegistryAddress(image.registry()))
                .start()
                .awaitCompletion();
        engine.removeImageCmd(ContainerSpecs.imageName(image)).exec();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
