package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.ResourceName;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.volume.Volume;
import java.util.Set;

/** What an engine in memory takes on. */
final class InMemoryAdmission {

    private final InMemoryEngine engine;
    private final Set<RuntimeCapability> capabilities;

    /** @param capabilities as they are when it is asked */
    InMemoryAdmission(InMemoryEngine engine, Set<RuntimeCapability> capabilities) {
        this.engine = engine;
        this.capabilities = capabilities;
    }

    void admit(SandboxSpec spec) {
        requireCapability(spec, ResourceName.GPU, RuntimeCapability.GPU);
        requireCapability(spec, ResourceName.EPHEMERAL_STORAGE, RuntimeCapability.EPHEMERAL_STORAGE);
        requireCapability(spec, ResourceName.PIDS, RuntimeCapability.PIDS);
        if (spec.requestsStorage() && !capabilities.contains(RuntimeCapability.STORAGE_REQUESTS)) {
            throw new SandboxException.Unsupported("volumes: the in-memory engine makes all volumes alike");
        }
        Problems problems = new Problems();
        for (int i = 0; i < spec.volumes().size(); i++) {
            checkVolume("volumes[" + i + "]", spec.volumes().get(i), problems);
        }
        problems.throwIfAny();
    }

    private void requireCapability(SandboxSpec spec, ResourceName resource, RuntimeCapability needed) {
        if (spec.resourceLimits().amount(resource).isPresent() && !capabilities.contains(needed)) {
            throw new SandboxException.Unsupported(
                    "resourceLimits." + resource.word() + ": the in-memory engine has no such capability");
        }
    }

    private void checkVolume(String field, Volume volume, Problems problems) {
        switch (volume) {
            case Volume.HostPath _ -> problems.add(field + ".host.path", "is not one of the allowed directories");
            case Volume.Named named -> {
                if (!named.createIfNotExists() && !engine.volumes.containsKey(named.claimName())) {
                    problems.add(field + ".pvc.claimName", "there is no such volume");
                }
            }
        }
    }
}
