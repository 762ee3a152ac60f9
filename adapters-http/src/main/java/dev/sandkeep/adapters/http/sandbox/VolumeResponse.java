package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.volume.Volume;
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

    record Claim(String claimName, boolean createIfNotExists, boolean deleteOnSandboxTermination) {}

    static VolumeResponse from(Volume volume) {
        Host host = null;
        Claim claim = null;
        switch (volume) {
            case Volume.HostPath directory -> host = new Host(directory.path());
            case Volume.Named named ->
                claim = new Claim(named.claimName(), named.createIfNotExists(), named.deleteOnSandboxTermination());
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
