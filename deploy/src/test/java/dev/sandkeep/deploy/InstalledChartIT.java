package dev.sandkeep.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandkeep.testkit.fixture.PostgreSqlServer;
import dev.sandkeep.testkit.fixture.SidecarImage;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The chart as Helm installs it on a real cluster, with the image of the server on its node, and a real PostgreSQL. */
class InstalledChartIT {

    private static final String KUBECONFIG = "SANDKEEP_TEST_KUBECONFIG";
    private static final Path SERVER_IMAGE = Path.of("..", "bootstrap", "target", "image", "name");
    private static final String API_KEY = "a-key-for-the-tests-only";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String servers =
            "sandkeep-chart-" + UUID.randomUUID().toString().substring(0, 8);
    private final String sandboxes = servers + "-pods";
    private final HttpClient http = HttpClient.newHttpClient();
    private Path kubeconfig;
    private KubernetesClient cluster;
    private PostgreSqlServer database;

    @BeforeEach
    void prepare() throws IOException {
        HelmChart.assumeHelm();
        String file = System.getenv(KUBECONFIG);
        assumeTrue(file != null, KUBECONFIG + " names no cluster to install the chart on");
        assumeTrue(Files.exists(SERVER_IMAGE), SERVER_IMAGE + " names no image of the server: ./test did not make one");
        kubeconfig = Path.of(file);
        cluster = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
        database = PostgreSqlServer.start(addressOfTheNode());
        cluster.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(servers)
                        .endMetadata()
                        .build())
                .create();
        cluster.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("sandkeep")
                        .withNamespace(servers)
                        .endMetadata()
                        .withStringData(Map.of(
                                "database-url", database.url(),
                                "database-password", database.password(),
                                "api-keys", "admin=" + sha256(API_KEY),
                                "secret-key", Base64.getEncoder().encodeToString(new byte[32])))
                        .build())
                .create();
    }

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        if (cluster != null) {
            cluster.pods().inNamespace(sandboxes).withGracePeriod(0).delete();
            List.of(servers, sandboxes)
                    .forEach(name -> cluster.namespaces().withName(name).delete());
            cluster.close();
        }
        if (database != null) {
            database.close();
        }
        http.close();
    }

    /** This machine is the node, so servers in Pods reach a database there. */
    private String addressOfTheNode() {
        return cluster.nodes().list().getItems().getFirst().getStatus().getAddresses().stream()
                .filter(address -> address.getType().equals("InternalIP"))
                .findFirst()
                .orElseThrow()
                .getAddress();
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** {@code name:tag} as the values of the chart take it. */
    private static String[] image(String prefix, String name) {
        int colon = name.lastIndexOf(':');
        return new String[] {
            "--set",
            prefix + "image.repository=" + name.substring(0, colon),
            "--set-string",
            prefix + "image.tag=" + name.substring(colon + 1),
        };
    }

    private void install() throws IOException {
        String[] arguments = Stream.of(
                        image("", Files.readString(SERVER_IMAGE).strip()),
                        image("egress.", SidecarImage.name()),
                        new String[] {
                            "--set",
                            "sandboxes.namespace=" + sandboxes,
                            // What a cluster without DNS does not tell its Pods.
                            "--set-string",
                            "config.egress\\.resolvers=198.18.0.53",
                        })
                .flatMap(Stream::of)
                .toArray(String[]::new);

        HelmChart.Outcome outcome = HelmChart.install(kubeconfig, servers, arguments);

        assertThat(outcome.status()).as(() -> outcome.errors() + logs()).isZero();
    }

    private String logs() {
        return cluster.pods().inNamespace(servers).list().getItems().stream()
                .map(pod -> "\n" + pod.getMetadata().getName() + " "
                        + pod.getStatus().getContainerStatuses() + "\n"
                        + cluster.pods()
                                .inNamespace(servers)
                                .withName(pod.getMetadata().getName())
                                .getLog())
                .reduce("", String::concat);
    }

    private List<String> serverUrls() {
        return cluster.pods().inNamespace(servers).list().getItems().stream()
                .map(pod -> "http://" + pod.getStatus().getPodIP() + ":8080")
                .toList();
    }

    private HttpResponse<String> send(String server, String method, String path, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(Duration.ofSeconds(90))
                .header("OPEN-SANDBOX-API-KEY", API_KEY)
                .header("Content-Type", "application/json")
                .header("Prefer", "wait=60")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String create(String server, String more) throws IOException, InterruptedException {
        JsonNode created = JSON.readTree(
                send(server, "POST", "/v1/sandboxes", """
                {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {"memory": "32Mi"},
                 "entrypoint": ["sleep", "600"]%s}""".formatted(more)).body());
        assertThat(created.at("/status/state").asString())
                .as(created.toString())
                .isEqualTo("Running");
        return created.path("id").asString();
    }

    private List<String> names(List<? extends HasMetadata> things) {
        return things.stream()
                .map(thing -> thing.getKind() + " " + thing.getMetadata().getName())
                .toList();
    }

    @Test
    void twoServersMakeAndDeleteSandboxesAndNothingIsLeftOfThem() throws IOException, InterruptedException {
        install();
        List<String> urls = serverUrls();
        assertThat(urls).hasSize(2);
        for (String url : urls) {
            assertThat(send(url, "GET", "/health/ready", null).statusCode()).isEqualTo(200);
        }

        String open = create(urls.getFirst(), "");
        String guarded = create(urls.getLast(), """
                , "networkPolicy": {"defaultAction": "deny", "egress": [{"action": "allow", "target": "pypi.org"}]}""");
        assertThat(podNames()).containsExactlyInAnyOrder("sandkeep-" + open, "sandkeep-" + guarded);
        assertThat(send(urls.getLast(), "DELETE", "/v1/sandboxes/" + open, null).statusCode())
                .isEqualTo(204);
        assertThat(send(urls.getFirst(), "DELETE", "/v1/sandboxes/" + guarded, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(podNames()).isEmpty();

        HelmChart.Outcome removed = HelmChart.uninstall(kubeconfig, servers);
        assertThat(removed.status()).as(removed.errors()).isZero();
        // To end every sandbox is for a person to decide; what keeps them from one another stays with them.
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(leftovers()).containsExactly("NetworkPolicy sandkeep-sandboxes"));
        assertThat(cluster.namespaces().withName(sandboxes).get()).isNotNull();
    }

    private List<String> podNames() {
        return cluster.pods().inNamespace(sandboxes).list().getItems().stream()
                .map(Pod::getMetadata)
                .map(metadata -> metadata.getName())
                .toList();
    }

    /** What the chart or Helm made in either namespace, and what the servers made. */
    private List<String> leftovers() {
        return Stream.of(servers, sandboxes)
                .flatMap(namespace -> Stream.of(
                                cluster.pods().inNamespace(namespace).list().getItems(),
                                cluster.apps()
                                        .deployments()
                                        .inNamespace(namespace)
                                        .list()
                                        .getItems(),
                                cluster.services().inNamespace(namespace).list().getItems(),
                                cluster.secrets().inNamespace(namespace).list().getItems().stream()
                                        .filter(secret ->
                                                !secret.getMetadata().getName().equals("sandkeep"))
                                        .toList(),
                                cluster.serviceAccounts().inNamespace(namespace).list().getItems().stream()
                                        .filter(account ->
                                                !account.getMetadata().getName().equals("default"))
                                        .toList(),
                                cluster.rbac()
                                        .roles()
                                        .inNamespace(namespace)
                                        .list()
                                        .getItems(),
                                cluster.rbac()
                                        .roleBindings()
                                        .inNamespace(namespace)
                                        .list()
                                        .getItems(),
                                cluster.network()
                                        .v1()
                                        .networkPolicies()
                                        .inNamespace(namespace)
                                        .list()
                                        .getItems(),
                                cluster.policy()
                                        .v1()
                                        .podDisruptionBudget()
                                        .inNamespace(namespace)
                                        .list()
                                        .getItems())
                        .map(this::names))
                .flatMap(List::stream)
                .toList();
    }
}
