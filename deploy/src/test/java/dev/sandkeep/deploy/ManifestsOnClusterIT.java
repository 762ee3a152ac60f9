package dev.sandkeep.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real API server says to {@code install.yaml}. Namespaces of its own are made and removed. */
class ManifestsOnClusterIT {

    private static final String KUBECONFIG = "SANDKEEP_TEST_KUBECONFIG";
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> RESOURCES = List.of(
            "pods",
            "pods/log",
            "pods/exec",
            "pods/attach",
            "pods/portforward",
            "pods/ephemeralcontainers",
            "pods/eviction",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "events",
            "serviceaccounts",
            "serviceaccounts/token",
            "services",
            "nodes",
            "namespaces");

    private final String servers = "sandkeep-test-" + UUID.randomUUID();
    private final String sandboxes = servers + "-pods";
    private KubernetesClient cluster;

    @BeforeEach
    void connect() throws Exception {
        String file = System.getenv(KUBECONFIG);
        assumeTrue(file != null, KUBECONFIG + " names no cluster to try the manifests on");
        cluster = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(Path.of(file))))
                .build();
        for (String name : List.of(servers, sandboxes)) {
            cluster.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    @AfterEach
    void removeNamespaces() {
        if (cluster != null) {
            List.of(servers, sandboxes)
                    .forEach(name -> cluster.namespaces().withName(name).delete());
            cluster.close();
        }
    }

    private List<HasMetadata> manifests() throws Exception {
        List<HasMetadata> objects =
                Manifests.read(Files.readString(InstallManifestTest.FILE)).objects();
        objects.forEach(object -> {
            if (!(object instanceof Namespace)) {
                object.getMetadata()
                        .setNamespace(object.getMetadata().getNamespace().equals("sandkeep") ? servers : sandboxes);
            }
        });
        return objects;
    }

    @Test
    void theApiServerAcceptsEveryManifest() throws Exception {
        for (HasMetadata object : manifests()) {
            assertThat(cluster.resource(object).dryRun().serverSideApply())
                    .as(object.getKind())
                    .isNotNull();
        }
    }

    @Test
    void theServersMayDoWhatIsNeededAndNothingElse() throws Exception {
        for (HasMetadata object : manifests()) {
            if (object instanceof RoleBinding binding) {
                binding.getSubjects().getFirst().setNamespace(servers);
            }
            if (object instanceof Role || object instanceof RoleBinding) {
                cluster.resource(object).create();
            }
        }

        assertThat(rightsIn(sandboxes)).isEqualTo(ServerRights.NEEDED);
        assertThat(rightsIn(servers)).isEmpty();
        assertThat(rightsIn("kube-system")).isEmpty();
    }

    private Map<String, Set<String>> rightsIn(String namespace) {
        Map<String, Set<String>> rights = new TreeMap<>();
        for (String resource : RESOURCES) {
            for (String verb : VERBS) {
                if (may(verb, resource, namespace)) {
                    rights.computeIfAbsent(resource, _ -> new TreeSet<>()).add(verb);
                }
            }
        }
        return rights;
    }

    private boolean may(String verb, String resource, String namespace) {
        String[] parts = resource.split("/", 2);
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("system:serviceaccount:" + servers + ":sandkeep")
                .withGroups("system:serviceaccounts", "system:authenticated")
                .withNewResourceAttributes()
                .withNamespace(namespace)
                .withVerb(verb)
                .withResource(parts[0])
                .withSubresource(parts.length == 2 ? parts[1] : null)
                .endResourceAttributes()
                .endSpec()
                .build();
        return cluster.resource(review).create().getStatus().getAllowed();
    }
}
