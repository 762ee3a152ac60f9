package dev.sandkeep.adapters.persistence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
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
                        json.path("deleteOnSandboxTermination").asBoolean());
            default -> throw new IllegalArgumentException("has a volume of an unknown type");
        };
    }

    private static void putIfSet(ObjectNode json, String field, boolean set) {
        if (set) {
            json.put(field, true);
        }
    }
}
