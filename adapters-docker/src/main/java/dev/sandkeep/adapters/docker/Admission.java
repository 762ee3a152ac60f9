package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.ResourceName;
import dev.sandkeep.domain.sandbox.SandboxException.Unsupported;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.volume.Volume;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says in advance what this engine and its operator would refuse. Thread-safe. */
final class Admission {

    private final DockerEngine engine;
    private final NamedVolumes volumes;
    private final DockerConfig config;

    Admission(DockerEngine engine, NamedVolumes volumes, DockerConfig config) {
        this.engine = engine;
        this.volumes = volumes;
        this.config = config;
    }

    void admit(SandboxSpec spec) {
        engine.ping();
        EngineFacts facts = engine.facts();
        requireCapabilities(spec, facts);
        HostDirectories directories =
                new HostDirectories(config.allowedHostPaths(), engine.address(), facts.dataRoot());
        Problems problems = new Problems();
        if (spec.source() instanceof Source.Image image
                && image.reference().registry().equals(SnapshotLabels.REGISTRY)) {
            problems.add("image.uri", "a snapshot is not used by the name of its image; give its id as snapshotId");
        }
        for (int i = 0; i < spec.volumes().size(); i++) {
            String field = "volumes[" + i + "].";
            switch (spec.volumes().get(i)) {
                case Volume.HostPath host -> problems.collectWithin(field, () -> directories.resolve(host));
                case Volume.Named named -> checkNamed(field, named, problems);
            }
        }
        problems.throwIfAny();
    }

    private void requireCapabilities(SandboxSpec spec, EngineFacts facts) {
        Set<RuntimeCapability> capabilities = facts.capabilities(config.gpu());
        if (asks(spec, ResourceName.GPU) && !capabilities.contains(RuntimeCapability.GPU)) {
            throw new Unsupported("resourceLimits.gpu: this server has no GPU for sandboxes; leave it out");
        }
        if (asks(spec, ResourceName.EPHEMERAL_STORAGE) && !capabilities.contains(RuntimeCapability.EPHEMERAL_STORAGE)) {
            throw new Unsupported("resourceLimits.ephemeral-storage: the storage driver " + facts.storageDriver()
                    + (facts.backingFilesystem().isEmpty() ? "" : " on " + facts.backingFilesystem())
                    + " of this server cannot limit what a sandbox writes; leave it out");
        }
        if (spec.requestsStorage()) {
            throw new Unsupported("volumes: the engine of this server makes all volumes alike; leave out"
                    + " pvc.storageClass, pvc.storage and pvc.accessModes");
        }
        requireOs(spec.platform(), facts);
    }

    private static void requireOs(@Nullable Platform platform, EngineFacts facts) {
        if (platform != null && !platform.os().equals(facts.os())) {
            throw new Unsupported("platform.os: this server runs " + facts.os() + " sandboxes only");
        }
    }

    private static boolean asks(SandboxSpec spec, ResourceName resource) {
        return spec.resourceLimits().amount(resource).isPresent();
    }

    private void checkNamed(String field, Volume.Named volume, Problems problems) {
        Optional<InspectVolumeResponse> present = volumes.find(volume.claimName());
        if (present.isEmpty() && !volume.createIfNotExists()) {
            problems.add(field + "pvc.claimName", "there is no such volume, and it is not to be made");
        }
        if (present.filter(volumes::isForeign).isPresent()) {
            problems.add(field + "pvc.claimName", "this volume belongs to another server; choose another name");
        }
    }
}
