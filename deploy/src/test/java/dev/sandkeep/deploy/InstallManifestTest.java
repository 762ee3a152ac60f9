package dev.sandkeep.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code install.yaml} promises; that the chart makes the same is for {@link HelmChartIT}. */
class InstallManifestTest {

    static final Path FILE = Path.of("install.yaml");

    private static final String SERVERS = "sandkeep";
    private static final String SANDBOXES = "sandboxes";
    private static final Pattern SETTING = Pattern.compile("(?m)^\\| `[a-z.-]+` \\| `(SANDKEEP_[A-Z_]+)` \\|");

    private final Manifests manifests = Manifests.read(read(FILE));
    private final Deployment deployment = manifests.only(Deployment.class);
    private final PodSpec pod = deployment.getSpec().getTemplate().getSpec();
    private final Container server = pod.getContainers().getFirst();

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void nothingIsThereButWhatTheServersNeed() {
        assertThat(manifests.objects())
                .extracting(HasMetadata::getKind)
                .containsExactlyInAnyOrder(
                        "Namespace",
                        "ServiceAccount",
                        "Role",
                        "RoleBinding",
                        "Service",
                        "Deployment",
                        "PodDisruptionBudget",
                        "NetworkPolicy",
                        "NetworkPolicy");
    }

    @Test
    void theServersMayDoExactlyThisAndOnlyWhereTheSandboxesAre() {
        assertThat(manifests.only(Role.class).getMetadata().getNamespace()).isEqualTo(SANDBOXES);
        assertThat(ServerRights.of(manifests.only(Role.class))).isEqualTo(ServerRights.NEEDED);
    }

    @Test
    void theRoleIsBoundToTheServersAndNobodyElse() {
        RoleBinding binding = manifests.only(RoleBinding.class);

        assertThat(binding.getMetadata().getNamespace()).isEqualTo(SANDBOXES);
        assertThat(binding.getRoleRef().getName())
                .isEqualTo(manifests.only(Role.class).getMetadata().getName());
        assertThat(binding.getSubjects()).singleElement().satisfies(subject -> {
            assertThat(subject.getKind()).isEqualTo("ServiceAccount");
            assertThat(subject.getName()).isEqualTo(pod.getServiceAccountName());
            assertThat(subject.getNamespace()).isEqualTo(SERVERS);
        });
    }

    @Test
    void theServersRunWithoutAnyPrivilege() {
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(Stream.of(pod.getHostNetwork(), pod.getHostPID(), pod.getHostIPC()))
                .allMatch(Objects::isNull);
        assertThat(pod.getContainers()).singleElement().satisfies(only -> {
            assertThat(only.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
            assertThat(only.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(only.getSecurityContext().getPrivileged()).isNull();
            assertThat(only.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(only.getSecurityContext().getCapabilities().getAdd()).isEmpty();
        });
        assertThat(pod.getVolumes()).allMatch(volume -> volume.getEmptyDir() != null);
    }

    @Test
    void everySecretComesFromASecretThatIsNotPartOfTheFile() {
        Set<String> secret = Set.of(
                "SANDKEEP_DATABASE_URL",
                "SANDKEEP_DATABASE_PASSWORD",
                "SANDKEEP_API_KEYS",
                "SANDKEEP_DATABASE_SECRET_KEY");

        Map<String, EnvVar> variables =
                server.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, variable -> variable));

        assertThat(variables).containsKeys(secret.toArray(String[]::new));
        assertThat(secret)
                .allSatisfy(name -> assertThat(
                                variables.get(name).getValueFrom().getSecretKeyRef())
                        .satisfies(reference -> {
                            assertThat(reference.getName()).isEqualTo("sandkeep");
                            assertThat(reference.getOptional()).isNull();
                        }));
    }

    @Test
    void everyVariableIsADocumentedSetting() throws IOException {
        Set<String> documented = SETTING.matcher(Files.readString(Path.of("..", "docs", "configuration.md")))
                .results()
                .map((MatchResult row) -> row.group(1))
                .collect(Collectors.toSet());

        assertThat(server.getEnv())
                .extracting(EnvVar::getName)
                .doesNotHaveDuplicates()
                .isSubsetOf(documented);
    }

    @Test
    void theProbesAskWhatIsMadeForThem() {
        assertThat(path(server.getStartupProbe())).isEqualTo("/health/live");
        assertThat(path(server.getLivenessProbe())).isEqualTo("/health/live");
        assertThat(path(server.getReadinessProbe())).isEqualTo("/health/ready");
    }

    private String path(Probe probe) {
        HTTPGetAction get = probe.getHttpGet();
        assertThat(server.getPorts())
                .anyMatch(port -> port.getName().equals(get.getPort().getStrVal()));
        return get.getPath();
    }

    @Test
    void twoServersRunAndOneMayBeTakenAwayAtATime() {
        PodDisruptionBudget budget = manifests.only(PodDisruptionBudget.class);

        assertThat(deployment.getSpec().getReplicas()).isEqualTo(2);
        assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
        assertThat(deployment
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxUnavailable()
                        .getIntVal())
                .isZero();
    }

    @Test
    void whateverSelectsTheServersSelectsTheirPods() {
        Map<String, String> labels =
                deployment.getSpec().getTemplate().getMetadata().getLabels();

        assertThat(List.of(
                        deployment.getSpec().getSelector().getMatchLabels(),
                        manifests.only(Service.class).getSpec().getSelector(),
                        manifests
                                .only(PodDisruptionBudget.class)
                                .getSpec()
                                .getSelector()
                                .getMatchLabels(),
                        manifests.policyIn(SERVERS).getSpec().getPodSelector().getMatchLabels(),
                        fromServers().getPodSelector().getMatchLabels()))
                .allSatisfy(selector -> assertThat(labels).containsAllEntriesOf(selector));
    }

    private NetworkPolicyPeer fromServers() {
        return manifests
                .policyIn(SANDBOXES)
                .getSpec()
                .getIngress()
                .getFirst()
                .getFrom()
                .getFirst();
    }

    @Test
    void onlyTheServersReachSandboxes() {
        NetworkPolicy policy = manifests.policyIn(SANDBOXES);

        assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isNullOrEmpty();
        assertThat(policy.getSpec().getPodSelector().getMatchExpressions()).isNullOrEmpty();
        assertThat(policy.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(policy.getSpec().getIngress())
                .singleElement()
                .satisfies(rule -> assertThat(rule.getFrom()).hasSize(1));
        assertThat(fromServers().getNamespaceSelector().getMatchLabels())
                .isEqualTo(Map.of("kubernetes.io/metadata.name", SERVERS));
        assertThat(fromServers().getIpBlock()).isNull();
    }

    @Test
    void sandboxesReachNamesAndTheOutsideAndNothingInTheCluster() {
        List<NetworkPolicyPeer> peers = manifests.policyIn(SANDBOXES).getSpec().getEgress().stream()
                .flatMap(rule -> rule.getTo().stream())
                .toList();

        assertThat(peers)
                .filteredOn(peer -> peer.getIpBlock() == null)
                .singleElement()
                .satisfies(dns -> {
                    assertThat(dns.getNamespaceSelector().getMatchLabels())
                            .containsEntry("kubernetes.io/metadata.name", "kube-system");
                    assertThat(dns.getPodSelector().getMatchLabels()).containsEntry("k8s-app", "kube-dns");
                });
        assertThat(manifests
                        .policyIn(SANDBOXES)
                        .getSpec()
                        .getEgress()
                        .getFirst()
                        .getPorts())
                .isNotEmpty()
                .allMatch(port -> port.getPort().getIntVal() == 53);
        assertThat(peers.stream()
                        .map(NetworkPolicyPeer::getIpBlock)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toMap(IPBlock::getCidr, IPBlock::getExcept)))
                .isEqualTo(Map.of(
                        "0.0.0.0/0",
                        List.of("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
                        "::/0",
                        List.of("fc00::/7", "fe80::/10")));
    }

    @Test
    void sandboxesDoNotReachTheServers() {
        NetworkPolicy policy = manifests.policyIn(SERVERS);

        assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
        assertThat(policy.getSpec().getIngress())
                .singleElement()
                .satisfies(rule -> assertThat(rule.getFrom())
                        .singleElement()
                        .satisfies(peer -> assertThat(
                                        peer.getNamespaceSelector().getMatchExpressions())
                                .singleElement()
                                .satisfies(expression -> {
                                    assertThat(expression.getKey()).isEqualTo("kubernetes.io/metadata.name");
                                    assertThat(expression.getOperator()).isEqualTo("NotIn");
                                    assertThat(expression.getValues()).containsExactly(SANDBOXES);
                                })));
    }
}
