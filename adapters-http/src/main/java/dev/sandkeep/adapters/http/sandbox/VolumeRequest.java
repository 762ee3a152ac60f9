package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.volume.AccessMode;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.StorageRequest;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
        boolean create = pvc.flag("createIfNotExists", true);
        boolean delete = pvc.flag("deleteOnSandboxTermination", false);
        pvc.require("claimName", "the name of a volume");
        String claimName = pvc.text("claimName");
        StorageRequest request = request(pvc);
        return claimName == null
                ? null
                : collect(
                        () -> new Volume.Named(name, mountPath, readOnly, subPath, claimName, create, delete, request));
    }

    /** What is wrong in it is noted, and then nothing is asked for. */
    private StorageRequest request(JsonObject pvc) {
        String storageClass = pvc.text("storageClass");
        String storage = pvc.text("storage");
        List<AccessMode> modes = accessModes(pvc);
        StorageRequest request = collect(() -> new StorageRequest(storageClass, storage, modes));
        return request == null ? StorageRequest.none() : request;
    }

    private static List<AccessMode> accessModes(JsonObject pvc) {
        List<String> words = pvc.texts("accessModes", AccessMode.values().length);
        List<AccessMode> modes = new ArrayList<>();
        for (int i = 0; words != null && i < words.size(); i++) {
            String field = "accessModes[" + i + "]";
            AccessMode.find(words.get(i))
                    .ifPresentOrElse(
                            modes::add,
                            () -> pvc.problem(
                                    field,
                                    "must be one of "
                                            + Arrays.stream(AccessMode.values())
                                                    .map(AccessMode::word)
                                                    .collect(Collectors.joining(", "))));
        }
        return modes;
    }

    private <T> @Nullable T collect(Supplier<T> attempt) {
        return problems.collectWithin(volume.pathOf(""), attempt);
    }
}
