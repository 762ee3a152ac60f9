package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.testkit.fixture.PrivateRegistry;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a registry that asks for a password, which the node of a real cluster pulls. */
class KubernetesPrivateImageIT {

    private static final RegistryCredentials RIGHT = new RegistryCredentials("a-user", "r1ght-secret");
    private static final RegistryCredentials WRONG = new RegistryCredentials("a-user", "wr0ng-secret");
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    static Path directory;

    private static ClusterView cluster;
    private static PrivateRegistry registry;
    private static ImageRef image;
    private static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        cluster = ClusterView.assumed();
        registry = new PrivateRegistry(Files.createDirectory(directory.resolve("registry")), RIGHT);
        image = registry.image(cluster.namespace() + "/app:1");
        registry.publish(image);
        server = cluster.server(directory).start();
        await("the server is ready").atMost(SOON).until(() -> server.readiness() == 200);
    }

    @AfterEach
    void noPasswordIsToBeSeen() {
        String everything = server.readLog()
                + Serialization.asYaml(
                        cluster.client().pods().inNamespace(cluster.namespace()).list())
                + Serialization.asYaml(cluster.client()
                        .v1()
                        .events()
                        .inNamespace(cluster.namespace())
                        .list());
        for (RegistryCredentials each : new RegistryCredentials[] {RIGHT, WRONG}) {
            assertThat(everything).doesNotContain(each.password(), PrivateRegistry.basic(each));
        }
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        if (registry != null) {
            registry.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private static Answer create(ImageRef of, @Nullable RegistryCredentials with) {
        String auth = with == null ? "" : """
                , "auth": {"username": "%s", "password": "%s"}""".formatted(with.username(), with.password());
        return server.create("""
                {"image": {"uri": "%s"%s}, "timeout": 3600, "resourceLimits": {"memory": "64Mi"},
                 "entrypoint": ["sleep", "1000"]}""".formatted(of, auth), "Prefer", "wait=60");
    }

    private static @Nullable Secret secretOf(String sandbox) {
        return cluster.client()
                .secrets()
                .inNamespace(cluster.namespace())
                .withName(ClusterView.nameOf(sandbox))
                .get();
    }

    private static void assertRefused(Answer failed, String... said) {
        assertThat(failed.state()).as(failed.body().toString()).isEqualTo("Failed");
        assertThat(failed.reason()).isEqualTo("image_pull_failed");
        assertThat(failed.body().path("status").path("message").asText())
                .startsWith("image ")
                .contains(said);
        assertThat(failed.response().body()).doesNotContain(RIGHT.password(), WRONG.password());
        assertThat(cluster.podNames()).doesNotContain(ClusterView.nameOf(failed.id()));
        await("the Secret goes with its Pod").atMost(SOON).until(() -> secretOf(failed.id()) == null);
    }

    @Test
    void theRightPasswordGetsTheImageAndGoesWithThePod() {
        Answer created = create(image, RIGHT);

        assertThat(created.state()).as(created.body().toString()).isEqualTo("Running");
        Secret secret = secretOf(created.id());
        assertThat(secret).isNotNull();
        assertThat(secret.getType()).isEqualTo("kubernetes.io/dockerconfigjson");
        assertThat(new String(
                        Base64.getDecoder().decode(secret.getData().get(".dockerconfigjson")), StandardCharsets.UTF_8))
                .contains(RIGHT.password());
        assertThat(secret.getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getUid)
                .containsExactly(cluster.pod(created.id()).getMetadata().getUid());

        assertThat(server.delete(created.id()).status()).isEqualTo(204);

        await("the Secret goes with its Pod").atMost(SOON).until(() -> secretOf(created.id()) == null);
    }

    @Test
    void aWrongPasswordIsRefusedAsTheRegistrySays() {
        assertRefused(create(image, WRONG), image.text(), "401 Unauthorized");
    }

    @Test
    void noPasswordIsNotEnoughEvenIfTheNodeHasTheImage() {
        Answer created = create(image, RIGHT);
        assertThat(created.state()).as(created.body().toString()).isEqualTo("Running");

        assertRefused(create(image, null), image.text());
        server.delete(created.id());
    }

    @Test
    void anImageThatTheRegistryDoesNotHaveIsNamed() {
        ImageRef absent = registry.image(cluster.namespace() + "/app:2");

        assertRefused(create(absent, RIGHT), absent.text(), "not found");
    }
}
