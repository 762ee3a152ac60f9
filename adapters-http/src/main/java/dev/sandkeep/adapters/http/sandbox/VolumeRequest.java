package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One entry of the field {@code volumes}. */
final class VolumeRequest {

    /** Stands in for a wrong path, so that the other fields of its volume are checked as well. */
    private static final MountPath STAND_IN = new MountPath("/mnt");

    private final JsonObject volume;
    private final Problems problems;

    private VolumeRequest(JsonObject volume, Problems problems) {
        this.volume = volume;
        this.problems = problems;
    }

    /** All volumes without a problem; the others were noted. */
    static List<Volume> read(JsonObject body, Problems problems) {
        List<JsonObject> entries = body.objects("volumes", SandboxSpec.MAX_VOLUMES);
        List<Volume> volumes = new ArrayList<>();
        if (entries != null) {
            entries.forEach(entry -> new VolumeRequest(entry, problems).readInto(volumes));
        }
        return volumes;
    }

    private void readInto(List<Volume> volumes) {
        volume.require("name", "1 to 63 of [a-z0-9-] that start and end with a letter or digit");
        volume.require("mountPath", "an absolute path in the sandbox");
        String name = volume.text("name");
        MountPath mountPath = mountPath();
        SubPath subPath = subPath();
        boolean readOnly = volume.flag("readOnly", false);
        Volume read =
                source(name == null ? "unnamed" : name, mountPath == null ? STAND_IN : mountPath, readOnly, subPath);
        if (read != null) {
            volumes.add(read);
        }
    }

    private @Nullable MountPath mountPath() {
        String path = volume.text("mountPath");
        return path == null ? null : collect(() -> new MountPath(path));
    }

    private @Nullable SubPath subPath() {
        String path = volume.text("subPath");
        return path == null || path.isEmpty() ? null : collect(() -> new SubPath(path));
    }

    private @Nullable Volume source(String name, MountPath mountPath, boolean readOnly, @Nullable SubPath subPath) {
        JsonObject host = volume.object("host");
        JsonObject pvc = volume.object("pvc");
        if (volume.has("ossfs")) {
            volume.problem("ossfs", "is not supported by this server; use host or pvc");
            return null;
        }
        if (volume.has("host") == volume.has("pvc")) {
            volume.problem("host", "give exactly one of host and pvc");
            return null;
        }
        if (host != null) {
            host.require("path", "an absolute path on the host");
            String path = host.text("path");
            return path == null ? null : collect(() -> new Volume.HostPath(name, mountPath, readOnly, subPath, path));
        }
        return pvc == null ? null : named(pvc, name, mountPath, readOnly, subPath);
    }

    private @Nullable Volume named(
            JsonObject pvc, String name, MountPath mountPath, boolean readOnly, @Nullable SubPath subPath) {
        for (String hint : List.of("storage", "storageClass", "accessModes")) {
            if (pvc.has(hint)) {
                pvc.problem(hint, "is not supported by this server; leave it out");
            }
        }
        boolean create = pvc.flag("createIfNotExists", true);
        boolean delete = pvc.flag("deleteOnSandboxTermination", false);
        pvc.require("claimName", "the name of a volume");
        String claimName = pvc.text("claimName");
        return claimName == null
                ? null
                : collect(() -> new Volume.Named(name, mountPath, readOnly, subPath, claimName, create, delete));
    }

    private <T> @Nullable T collect(Supplier<T> attempt) {
        return problems.collectWithin(volume.pathOf(""), attempt);
    }
}
