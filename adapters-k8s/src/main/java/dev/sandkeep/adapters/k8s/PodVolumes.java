package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.volume.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The volumes of a Pod and where its sandbox sees them. Pure. */
record PodVolumes(List<io.fabric8.kubernetes.api.model.Volume> volumes, List<VolumeMount> mounts) {

    /** @throws dev.sandkeep.domain.problem.InvalidValue if a directory of the nodes may not be mounted */
    static PodVolumes of(List<Volume> asked, List<Path> allowedHostPaths) {
        List<io.fabric8.kubernetes.api.model.Volume> volumes = new ArrayList<>();
        List<VolumeMount> mounts = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            // The names that users give could be those of other volumes of the Pod.
            String name = "volume-" + i;
            Volume volume = asked.get(i);
            switch (volume) {
                case Volume.HostPath host -> {
                    HostPaths.Place place = HostPaths.resolve(host, allowedHostPaths);
                    volumes.add(new VolumeBuilder()
                            .withName(name)
                            .withNewHostPath()
                            .withPath(place.root().toString())
                            .withType("Directory")
                            .endHostPath()
                            .build());
                    mounts.add(mount(name, volume, place.below()));
                }
                case Volume.Named named -> {
                    volumes.add(new VolumeBuilder()
                            .withName(name)
                            .withNewPersistentVolumeClaim()
                            .withClaimName(named.claimName())
                            .endPersistentVolumeClaim()
                            .build());
                    mounts.add(mount(
                            name,
                            volume,
                            named.subPath() == null ? null : named.subPath().value()));
                }
            }
        }
        return new PodVolumes(volumes, mounts);
    }

    private static VolumeMount mount(String name, Volume volume, @Nullable String subPath) {
        return new VolumeMountBuilder()
                .withName(name)
                .withMountPath(volume.mountPath().value())
                .withReadOnly(volume.readOnly())
                .withSubPath(subPath)
                .build();
    }
}
