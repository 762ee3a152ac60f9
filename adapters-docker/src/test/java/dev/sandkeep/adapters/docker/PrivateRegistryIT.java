package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.testkit.fixture.PrivateRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivateRegistryIT {

    private static final RegistryCredentials RIGHT = new RegistryCredentials("a-user", "r1ght-secret");
    private static final RegistryCredentials WRONG = new RegistryCredentials("a-user", "wr0ng-secret");

    private final TestEngine engine = new TestEngine();
    private final DockerSandboxRuntime runtime = engine.runtime();

    @TempDir
    private Path directory;

    private PrivateRegistry registry;
    private ImageRef image;

    @BeforeEach
    void publish() throws IOException {
        registry = new PrivateRegistry(directory, RIGHT);
        image = registry.image(engine.instance() + "/app:1");
        registry.publish(image);
    }

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        registry.close();
        engine.close();
    }

    private LaunchFailed refusal(ImageRef of, @Nullable RegistryCredentials with) {
        return catchThrowableOfType(LaunchFailed.class, () -> runtime.pullImage(anId(), of, null, with, _ -> {}));
    }

    @Test
    void theRightCredentialsGetTheImageAndAreNowhereToBeSeen() {
        assertThat(runtime.hasImage(image, null)).isFalse();

        runtime.pullImage(anId(), image, null, RIGHT, _ -> {});

        assertThat(runtime.hasImage(image, null)).isTrue();
        Sandbox sandbox = aSandbox(aSpec().image(image.text()).imageAuthenticated());
        runtime.launch(sandbox);
        assertThat(engine.inspect(sandbox.id()).toString()
                        + engine.inspect(sandbox.id()).getConfig())
                .doesNotContain(RIGHT.password());
    }

    @Test
    void wrongCredentialsAreRefusedWithoutBeingRepeated() {
        LaunchFailed failed = refusal(image, WRONG);

        assertThat(failed.reason()).isEqualTo(StatusReason.IMAGE_PULL_FAILED);
        assertThat(failed).hasMessageStartingWith("image " + image + ": ").hasNoCause();
        assertThat(failed.getMessage()).doesNotContain(WRONG.password());
        assertThat(runtime.hasImage(image, null)).isFalse();
    }

    @Test
    void noCredentialsAreNotEnoughEvenIfTheImageIsOnTheHost() {
        runtime.pullImage(anId(), image, null, RIGHT, _ -> {});

        assertThat(refusal(image, null).reason()).isEqualTo(StatusReason.IMAGE_PULL_FAILED);
    }

    @Test
    void anImageThatTheRegistryDoesNotHaveIsNamed() {
        ImageRef absent = registry.image(engine.instance() + "/app:2");

        assertThat(refusal(absent, RIGHT)).hasMessageContaining(absent.text()).hasMessageContaining("not found");
    }

    @Test
    void anImageForAnotherProcessorIsNotTakenForTheWantedOne() {
        Platform other = new Platform("linux", "arm64");

        assertThatThrownBy(() -> runtime.pullImage(anId(), image, other, RIGHT, _ -> {}))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("arm64");

        assertThat(runtime.hasImage(image, other)).isFalse();
    }

    @Test
    void aProgressListenerThatThrowsEndsThePull() throws IOException {
        try (EngineRelay relay = new EngineRelay(directory)) {
            relay.swallow("/images/create");
            DockerSandboxRuntime slow =
                    engine.runtime(TestEngine.config(engine.instance(), relay.address(), List.of()));

            assertThatThrownBy(() -> slow.pullImage(anId(), image, null, RIGHT, told -> {
                        throw new IllegalStateException("enough of: " + told);
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("enough of: Pulling " + image);
        }
    }

    @Test
    void aPullThatTakesTooLongIsGivenUp() throws IOException {
        try (EngineRelay relay = new EngineRelay(directory)) {
            relay.swallow("/images/create");
            DockerSandboxRuntime slow = engine.runtime(engine.impatient(relay.address()));

            assertThatThrownBy(() -> slow.pullImage(anId(), image, null, RIGHT, _ -> {}))
                    .isInstanceOf(LaunchFailed.class)
                    .hasMessageContaining("took longer than 4 s");
        }
    }

    @Test
    void aRegistryThatRepeatsWhatItWasSentIsNotQuoted() throws IOException {
        HttpServer echo = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        echo.createContext("/", PrivateRegistryIT::repeatAuthorization);
        echo.start();
        try {
            ImageRef echoed = ImageRef.parse("127.0.0.1:" + echo.getAddress().getPort() + "/team/app:1");

            LaunchFailed failed = refusal(echoed, RIGHT);

            assertThat(failed.getMessage())
                    .contains("you sent Basic ***")
                    .doesNotContain(RIGHT.password())
                    .doesNotContain("YS11c2Vy");
        } finally {
            echo.stop(0);
        }
    }

    private static void repeatAuthorization(HttpExchange exchange) throws IOException {
        String sent = exchange.getRequestHeaders().getFirst("Authorization");
        byte[] body = ("{\"errors\":[{\"code\":\"DENIED\",\"message\":\"you sent " + sent + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
        boolean withBody = !exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(sent == null ? 401 : 403, withBody ? body.length : -1);
        if (withBody) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
