package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.volume.AccessMode;
import dev.sandkeep.domain.volume.StorageRequest;
import dev.sandkeep.domain.volume.Volume;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry of the field {@code volumes} of a sandbox; exactly one of {@code host} and {@code pvc} is there. */
record VolumeResponse(
        String name,
        String mountPath,
        boolean readOnly,
        @Nullable String subPath,
        @Nullable Host host,
        @Nullable Claim pvc) {

    record Host(String path) {}

    /** The last three are there only if they were asked for. */
    record Claim(
            String claimName,
            boolean createIfNotExists,
            boolean deleteOnSandboxTermination,
            @Nullable String storageClass,
            @Nullable String storage,
            @Nullable List<String> accessModes) {

        static Claim from(Volume.Named volume) {
            StorageRequest request = volume.request();
            return new Claim(
                    volume.claimName(),
                    volume.createIfNotExists(),
                    volume.deleteOnSandboxTermination(),
                    request.storageClass(),
                    request.storage(),
                    request.accessModes().isEmpty()
                            ? null
                            : request.accessModes().stream()
                                    .map(AccessMode::word)
                                    .toList());
        }
    }

    static VolumeResponse from(Volume volume) {
        Host host = null;
        Claim claim = null;
        switch (volume) {
            case Volume.HostPath directory -> host = new Host(directory.path());
            case Volume.Named named -> claim = Claim.from(named);
        }
        return new VolumeResponse(
                volume.name(),
                volume.mountPath().value(),
                volume.readOnly(),
                volume.subPath() == null ? null : volume.subPath().value(),
                host,
                claim);
    }
}
