package dev.sandkeep.adapters.k8s;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.testkit.contract.CodeContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Code in real Pods of a real cluster. */
class KubernetesCodeIT implements CodeContract {

    private TestCluster cluster;
    private KubernetesSandboxRuntime runtime;

    @BeforeEach
    void connect() {
        cluster = TestCluster.assumed();
        runtime = cluster.runtime(TestCluster.guarded(cluster.config(), GuardConfig.SidecarKind.AUTO));
    }

    @AfterEach
    void removeWhatIsLeft() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    public SandboxExec exec() {
        return runtime.exec();
    }

    @Override
    public SandboxRuntime execRuntime() {
        return runtime;
    }
}
