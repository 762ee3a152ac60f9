package dev.sandkeep.adapters.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.k8s.KubernetesConfig.Access;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.testkit.contract.SandboxRuntimeContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real cluster with real Pods. */
class KubernetesSandboxRuntimeIT implements SandboxRuntimeContract {

    @TempDir
    private Path directory;

    private TestCluster cluster;
    private SandboxRuntime runtime;

    KubernetesConfig config(KubernetesConfig plain) {
        return plain;
    }

    @BeforeEach
    void connect() {
        cluster = TestCluster.assumed();
        runtime = cluster.runtime(config(cluster.config()));
    }

    @AfterEach
    void removeWhatIsLeft() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    public SandboxRuntime runtime() {
        return runtime;
    }

    @Override
    public SandboxRuntime runtimeOfAnotherInstance() {
        return cluster.runtime(TestCluster.ofInstance(config(cluster.config()), "other"));
    }

    /** Its table stands in the log of every run on a cluster. */
    @Test
    void whatAClusterCannotDoIsDeclared() {
        Set<RuntimeCapability> there = runtime.capabilities();
        for (RuntimeCapability each : RuntimeCapability.values()) {
            System.out.printf("capability %-20s %s%n", each, there.contains(each) ? "yes" : "no");
        }

        assertThat(there)
                .doesNotContain(RuntimeCapability.IMAGES, RuntimeCapability.RESTART, RuntimeCapability.PIDS)
                .contains(RuntimeCapability.STORAGE_REQUESTS);
    }

    /** The port discard, on which no API server listens. */
    @Override
    public SandboxRuntime runtimeWithoutEngine() {
        try {
            Path nowhere = Files.writeString(directory.resolve("kubeconfig"), """
                    apiVersion: v1
                    kind: Config
                    clusters: [{name: nowhere, cluster: {server: "http://127.0.0.1:9"}}]
                    contexts: [{name: nowhere, context: {cluster: nowhere, user: nobody}}]
                    users: [{name: nobody, user: {token: none}}]
                    current-context: nowhere
                    """);
            KubernetesConfig config = config(cluster.config());
            return cluster.runtime(new KubernetesConfig(
                    config.instance(),
                    new Access(nowhere, null, "default"),
                    config.reach(),
                    config.pods(),
                    config.guard(),
                    new KubernetesConfig.Timeouts(
                            java.time.Duration.ofSeconds(1),
                            java.time.Duration.ofSeconds(1),
                            java.time.Duration.ofSeconds(1))));
        } catch (IOException unwritable) {
            throw new AssertionError(unwritable);
        }
    }

    @Override
    public ImageRef imageThatDoesNotExist() {
        return ImageRef.parse("localhost:9/no/such:image");
    }

    @Override
    public String aVolumeName() {
        cluster.addVolume();
        return cluster.namespace() + "-volume";
    }

    @Override
    public boolean volumeExists(String claimName) {
        return cluster.hasClaim(claimName);
    }
}
