package dev.sandkeep.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What Helm makes of the chart. */
class HelmChartIT {

    private static final Path VALUES = Path.of("src", "test", "resources", "values");

    @BeforeAll
    static void helmIsThere() {
        HelmChart.assumeHelm();
    }

    static Stream<Path> values() throws IOException {
        try (Stream<Path> files = Files.list(VALUES)) {
            return files.sorted().toList().stream();
        }
    }

    private static Manifests rendered(String... arguments) {
        HelmChart.Outcome outcome = HelmChart.template(arguments);
        assertThat(outcome.status()).as(outcome.errors()).isZero();
        return Manifests.read(outcome.output());
    }

    private static Container server(Manifests manifests) {
        return manifests
                .only(Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
    }

    @Test
    void lintFindsNothing() {
        HelmChart.Outcome outcome = HelmChart.lint();

        assertThat(outcome.output())
                .contains("1 chart(s) linted, 0 chart(s) failed")
                .doesNotContain("[WARNING]");
        assertThat(outcome.status()).isZero();
    }

    @Test
    void thePlainManifestsAreWhatTheChartMakes() throws IOException {
        assertThat(HelmChart.template().output())
                .as("install.yaml; deploy/render writes it again")
                .isEqualTo(Files.readString(InstallManifestTest.FILE));
    }

    @ParameterizedTest
    @MethodSource("values")
    void everythingThatCanBeTurnedOnOrOffMakesValidManifests(Path file) {
        HelmChart.Outcome lint = HelmChart.lint("--values", file.toString());
        Manifests manifests = rendered("--values", file.toString());

        assertThat(lint.status()).as(lint.output()).isZero();
        assertThat(manifests.all(Deployment.class)).hasSize(1);
        assertThat(ServerRights.of(manifests.only(Role.class))).isEqualTo(ServerRights.NEEDED);
    }

    @Test
    void theMonitorOpensTheMetricsWithTheTokenOfTheServers() {
        Manifests manifests =
                rendered("--values", VALUES.resolve("everything.yaml").toString());

        assertThat(manifests.monitors()).singleElement().satisfies(monitor -> {
            assertThat(monitor.at("/spec/endpoints/0/path").asString()).isEqualTo("/metrics");
            assertThat(monitor.at("/spec/endpoints/0/authorization/credentials/name")
                            .asString())
                    .isEqualTo("monitoring");
            assertThat(manifests.only(Service.class).getMetadata().getLabels())
                    .containsEntry(
                            "app.kubernetes.io/component",
                            monitor.at("/spec/selector/matchLabels/app.kubernetes.io~1component")
                                    .asString());
            assertThat(manifests.only(Service.class).getSpec().getPorts())
                    .anyMatch(port -> port.getName()
                            .equals(monitor.at("/spec/endpoints/0/port").asString()));
        });
        assertThat(server(manifests).getEnv())
                .filteredOn(variable -> variable.getName().equals("SANDKEEP_METRICS_TOKEN"))
                .singleElement()
                .satisfies(variable -> assertThat(
                                variable.getValueFrom().getSecretKeyRef().getName())
                        .isEqualTo("monitoring"));
    }

    @Test
    void whatIsTurnedOffIsNotThere() {
        Manifests manifests = rendered("--values", VALUES.resolve("least.yaml").toString());

        assertThat(manifests.all(Namespace.class)).isEmpty();
        assertThat(manifests.all(NetworkPolicy.class)).isEmpty();
        assertThat(manifests.monitors()).isEmpty();
        assertThat(server(manifests).getEnv())
                .extracting(EnvVar::getName)
                .doesNotContain("SANDKEEP_EGRESS_IMAGE", "SANDKEEP_METRICS_TOKEN");
    }

    @Test
    void aDigestNamesAnImageExactly() {
        String digest = "sha256:" + "ab".repeat(32);

        assertThat(server(rendered("--set", "image.digest=" + digest)).getImage())
                .isEqualTo("sandkeep/server@" + digest);
        assertThat(server(rendered("--set-string", "image.tag=7")).getImage()).isEqualTo("sandkeep/server:7");
    }

    @Test
    void anySettingIsGivenByItsKey() {
        Manifests manifests = rendered("--set-string", "config.sandbox\\.max-timeout-seconds=3600");

        assertThat(server(manifests).getEnv())
                .contains(new EnvVar("SANDKEEP_SANDBOX_MAX_TIMEOUT_SECONDS", "3600", null));
    }

    /** Without it, servers find out from where they reach sandboxes, so nothing is said of it. */
    @Test
    void theNetworkOfPodsIsToldIfItIsKnown() {
        Manifests known = rendered("--set", "cluster.podCidrs={10.244.0.0/16,fd00:10:244::/56}");

        assertThat(server(known).getEnv())
                .contains(new EnvVar("SANDKEEP_KUBERNETES_SERVER_ADDRESSES", "10.244.0.0/16,fd00:10:244::/56", null));
        assertThat(server(rendered()).getEnv())
                .extracting(EnvVar::getName)
                .doesNotContain("SANDKEEP_KUBERNETES_SERVER_ADDRESSES", "SANDKEEP_KUBERNETES_REACH");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replicas=0                                   | replicas",
                "replicsa=2                                   | replicsa",
                "image.digest=sha256:short                    | digest",
                "instance=Not_This                            | instance",
                "database.url=jdbc:h2:mem:x                   | url",
                "service.port=0                               | port",
                "sandboxes.podSecurity=loose                  | podSecurity",
                "sandboxes.networkPolicy.deniedCidrs={inside} | deniedCidrs",
                "cluster.podCidrs={everywhere}                | podCidrs",
                "sandboxes.namespace=sandkeep                 | sandboxes.namespace must not be sandkeep",
                "metrics.serviceMonitor.enabled=true          | metrics.serviceMonitor needs metrics.secret.name",
                "config.http\\.port=9090                      | http.port",
                "config.api\\.key=in-clear-text-of-all-places | config.api.key: set apiKeys.secret instead",
            })
    void aValueThatIsNotAllowedIsRefusedByName(String value, String message) {
        HelmChart.Outcome outcome = HelmChart.template("--set", value);

        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.errors()).contains(message);
    }
}
