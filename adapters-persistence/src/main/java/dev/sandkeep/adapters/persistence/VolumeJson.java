package dev.sandkeep.adapters.persistence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sandkeep.domain.volume.AccessMode;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.StorageRequest;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A volume within {@link SpecJson}; its {@code type} tells the kinds apart. */
final class VolumeJson {

    private VolumeJson() {}

    static ObjectNode write(Volume volume) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("name", volume.name())
                .put("mountPath", volume.mountPath().value());
        putIfSet(json, "readOnly", volume.readOnly());
        SubPath subPath = volume.subPath();
        if (subPath != null) {
            json.put("subPath", subPath.value());
        }
        switch (volume) {
            case Volume.HostPath host -> json.put("type", "host").put("path", host.path());
            case Volume.Named named -> {
                json.put("type", "named").put("claimName", named.claimName());
                putIfSet(json, "createIfNotExists", named.createIfNotExists());
                putIfSet(json, "deleteOnSandboxTermination", named.deleteOnSandboxTermination());
                write(named.request(), json);
            }
        }
        return json;
    }

    static Volume read(JsonNode json) {
        String name = SpecJson.textIn(json, "name");
        MountPath mountPath = new MountPath(SpecJson.textIn(json, "mountPath"));
        boolean readOnly = json.path("readOnly").asBoolean();
        @Nullable SubPath subPath = json.has("subPath") ? new SubPath(SpecJson.textIn(json, "subPath")) : null;
        return switch (SpecJson.textIn(json, "type")) {
            case "host" -> new Volume.HostPath(name, mountPath, readOnly, subPath, SpecJson.textIn(json, "path"));
            case "named" ->
                new Volume.Named(
                        name,
                        mountPath,
                        readOnly,
                        subPath,
                        SpecJson.textIn(json, "claimName"),
                        json.path("createIfNotExists").asBoolean(),
                        json.path("deleteOnSandboxTermination").asBoolean(),
                        readRequest(json));
            default -> throw new IllegalArgumentException("has a volume of an unknown type");
        };
    }

    private static void write(StorageRequest request, ObjectNode json) {
        if (request.storageClass() != null) {
            json.put("storageClass", request.storageClass());
        }
        if (request.storage() != null) {
            json.put("storage", request.storage());
        }
        if (!request.accessModes().isEmpty()) {
            ArrayNode modes = json.putArray("accessModes");
            request.accessModes().forEach(mode -> modes.add(mode.word()));
        }
    }

    private static StorageRequest readRequest(JsonNode json) {
        List<AccessMode> modes = new ArrayList<>();
        for (JsonNode mode : json.path("accessModes")) {
            modes.add(AccessMode.find(mode.asText())
                    .orElseThrow(() -> new IllegalArgumentException("has an unknown access mode")));
        }
        return new StorageRequest(
                json.has("storageClass") ? SpecJson.textIn(json, "storageClass") : null,
                json.has("storage") ? SpecJson.textIn(json, "storage") : null,
                modes);
    }

    private static void putIfSet(ObjectNode json, String field, boolean set) {
        if (set) {
            json.put(field, true);
        }
    }
}
