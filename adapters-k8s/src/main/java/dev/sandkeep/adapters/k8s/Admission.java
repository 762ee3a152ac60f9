package dev.sandkeep.adapters.k8s;

import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.ResourceName;
import dev.sandkeep.domain.sandbox.SandboxException.Unsupported;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.volume.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** Says in advance what the cluster and its operator would refuse. Thread-safe. */
final class Admission {

    /** What every version of Kubernetes takes. */
    private static final Pattern VARIABLE = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    private final Claims claims;
    private final KubernetesConfig config;
    private final Set<RuntimeCapability> capabilities;

    Admission(Claims claims, KubernetesConfig config, Set<RuntimeCapability> capabilities) {
        this.claims = claims;
        this.config = config;
        this.capabilities = capabilities;
    }

    void admit(SandboxSpec spec) {
        requireCapabilities(spec);
        Problems problems = new Problems();
        spec.env().variables().keySet().stream()
                .filter(name -> !VARIABLE.matcher(name).matches())
                .forEach(_ -> problems.add(
                        "env",
                        "a variable name must be letters, digits, '_', '-' and '.', not beginning with a digit"));
        for (int i = 0; i < spec.volumes().size(); i++) {
            String field = "volumes[" + i + "].";
            switch (spec.volumes().get(i)) {
                case Volume.HostPath host ->
                    problems.collectWithin(
                            field, () -> HostPaths.resolve(host, config.pods().allowedHostPaths()));
                case Volume.Named named -> checkNamed(field, named, problems);
            }
        }
        problems.throwIfAny();
    }

    private void requireCapabilities(SandboxSpec spec) {
        ResourceLimits limits = spec.resourceLimits();
        if (spec.source() instanceof Source.Snapshot) {
            throw new Unsupported("snapshotId: this server keeps no snapshots; use an image, and volumes for files");
        }
        OptionalLong gpus = limits.amount(ResourceName.GPU);
        if (gpus.isPresent() && !capabilities.contains(RuntimeCapability.GPU)) {
            throw new Unsupported("resourceLimits.gpu: this server has no GPU for sandboxes; leave it out");
        }
        if (gpus.isPresent() && gpus.getAsLong() == ResourceLimits.ALL_GPUS) {
            throw new Unsupported("resourceLimits.gpu: a cluster gives whole devices by number; name how many");
        }
        if (limits.amount(ResourceName.PIDS).isPresent()) {
            throw new Unsupported("resourceLimits.pids: on Kubernetes the kubelet limits the processes of every Pod"
                    + " (podPidsLimit); leave it out");
        }
        if (spec.platform() != null && !spec.platform().os().equals("linux")) {
            throw new Unsupported("platform.os: this server runs linux sandboxes only");
        }
    }

    private void checkNamed(String field, Volume.Named volume, Problems problems) {
        Optional<PersistentVolumeClaim> present = claims.find(volume.claimName());
        if (present.isEmpty() && !volume.createIfNotExists()) {
            problems.add(field + "pvc.claimName", "there is no such volume, and it is not to be made");
        }
        if (present.filter(claims::isForeign).isPresent()) {
            problems.add(field + "pvc.claimName", "this volume belongs to another server; choose another name");
        }
    }
}
