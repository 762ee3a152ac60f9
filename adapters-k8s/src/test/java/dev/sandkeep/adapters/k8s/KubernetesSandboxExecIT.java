package dev.sandkeep.adapters.k8s;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.testkit.contract.SandboxExecContract;
import dev.sandkeep.testkit.contract.SandboxTerminalContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** On a real cluster with real Pods. */
class KubernetesSandboxExecIT implements SandboxExecContract, SandboxTerminalContract {

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
