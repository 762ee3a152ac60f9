package dev.sandkeep.adapters.k8s;

/** The same promises with a sidecar that is an ordinary container, as on clusters that have no other. */
final class SidecarContainerKubernetesSandboxRuntimeIT extends KubernetesSandboxRuntimeIT {

    @Override
    KubernetesConfig config(KubernetesConfig plain) {
        return TestCluster.guarded(plain, GuardConfig.SidecarKind.CONTAINER);
    }
}
