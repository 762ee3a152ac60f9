package dev.sandkeep.adapters.k8s;

/** The same promises with a native sidecar in every Pod. */
final class GuardedKubernetesSandboxRuntimeIT extends KubernetesSandboxRuntimeIT {

    @Override
    KubernetesConfig config(KubernetesConfig plain) {
        return TestCluster.guarded(plain, GuardConfig.SidecarKind.NATIVE);
    }
}
