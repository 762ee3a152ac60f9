package dev.sandkeep.bootstrap.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a TOML file into flat keys, {@code [http] port = 1} becoming {@code http.port}; lists are joined by commas. */
final class ConfigFile {

    private ConfigFile() {}

    static Map<String, String> read(@Nullable String path) {
        Map<String, String> flat = new TreeMap<>();
        if (path != null && !path.isBlank()) {
            flatten("", parse(Path.of(path)), flat);
        }
        return flat;
    }

    private static JsonNode parse(Path path) {
        try {
            return new TomlMapper().readTree(Files.readString(path));
        } catch (JacksonException malformed) {
            throw new ConfigException("The configuration file " + path + " is not TOML: line "
                    + malformed.getLocation().getLineNr() + ", column "
                    + malformed.getLocation().getColumnNr());
        } catch (IOException unreadable) {
            throw new ConfigException("The configuration file " + path + " cannot be read", unreadable);
        }
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> flat) {
        node.properties().forEach(property -> {
            String key = prefix + property.getKey();
            JsonNode value = property.getValue();
            if (value.isObject()) {
                flatten(key + ".", value, flat);
            } else if (value.isArray()) {
                List<String> parts = new ArrayList<>();
                value.forEach(part -> parts.add(part.asText()));
                flat.put(key, String.join(",", parts));
            } else {
                flat.put(key, value.asText());
            }
        });
    }
}
