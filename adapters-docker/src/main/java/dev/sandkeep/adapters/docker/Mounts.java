package dev.sandkeep.adapters.docker;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import java.nio.file.Path;

/** Turns volumes into mounts. Always structured ones: no path is ever joined to a string that somebody splits again. */
final class Mounts {

    private Mounts() {}

    /** What is mounted below later, on either side, is not seen on the other. */
    static Mount ofDirectory(Path directory, Volume volume) {
        return bind(directory, volume, BindPropagation.R_PRIVATE);
    }

    private static Mount bind(Path directory, Volume volume, BindPropagation propagation) {
        return at(volume)
                .withType(MountType.BIND)
                .withSource(directory.toString())
                .withBindOptions(new BindOptions().withPropagation(propagation));
    }

    /**
     * @param found the volume as the engine has it
     * @throws LaunchFailed if there is no such directory in it, or the engine cannot mount a part of it
     */
    static Mount ofNamed(Volume.Named volume, InspectVolumeResponse found, EngineFacts facts) {
        SubPath subPath = volume.subPath();
        if (subPath == null) {
            return at(volume).withType(MountType.VOLUME).withSource(volume.claimName());
        }
        if (facts.mountsSubpaths()) {
            return at(volume)
                    .withType(MountType.VOLUME)
                    .withSource(volume.claimName())
                    .withVolumeOptions(new SubpathOptions(subPath.value()));
        }
        if (!"local".equals(found.getDriver()) || found.getMountpoint() == null) {
            throw new LaunchFailed(
                    StatusReason.RUNTIME_ERROR,
                    "volume " + volume.name() + ": subPath needs a newer engine, or a volume of the driver local",
                    null);
        }
        return HostDirectories.within(Path.of(found.getMountpoint()), subPath.value())
                // Below its own files the engine wants to be able to unmount, so what it does there has to be seen.
                .map(directory -> bind(directory, volume, BindPropagation.R_SLAVE))
                .orElseThrow(() -> new LaunchFailed(
                        StatusReason.RUNTIME_ERROR,
                        "volume " + volume.name() + ": subPath must be an existing directory within "
                                + volume.claimName(),
                        null));
    }

    private static Mount at(Volume volume) {
        return new Mount().withTarget(volume.mountPath().value()).withReadOnly(volume.readOnly());
    }

    /** A field of the engine's API that docker-java does not know yet. */
    private static final class SubpathOptions extends VolumeOptions {

        private static final long serialVersionUID = 1L;

        private final String subpath;

        SubpathOptions(String subpath) {
            this.subpath = subpath;
        }

        @JsonProperty("Subpath")
        public String getSubpath() {
            return subpath;
        }
    }
}
