package dev.sandkeep.adapters.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An image to make, of layers that the engine has: what its configuration says and its manifest, in the format of {@code
 * docker save} (the image specification v1.2). Pure.
 *
 * @param name the full name with its tag
 * @param config as in the inspection of an image
 * @param layers the digests of the layers, the lowest first
 */
record SnapshotImage(
        String name,
        String os,
        String architecture,
        @Nullable String variant,
        String created,
        Map<String, Object> config,
        List<String> layers) {

    private static final ObjectWriter JSON = new JsonMapper().writer();

    SnapshotImage {
        config = new TreeMap<>(config);
        layers = List.copyOf(layers);
    }

    /** The configuration of the base image, with these labels and no others. */
    static Map<String, Object> config(Map<String, Object> base, Map<String, String> labels) {
        Map<String, Object> config = new LinkedHashMap<>(base);
        config.put("Labels", labels);
        return config;
    }

    byte[] configuration() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architecture", architecture);
        json.put("os", os);
        if (variant != null && !variant.isEmpty()) {
            json.put("variant", variant);
        }
        json.put("created", created);
        json.put("config", config);
        json.put("rootfs", Map.of("type", "layers", "diff_ids", layers));
        // One entry per layer, so that whoever counts them finds what the format promises.
        json.put("history", layers.stream().map(_ -> Map.of("created", created)).toList());
        return write(json);
    }

    String configurationFile() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(configuration());
            return HexFormat.of().formatHex(digest) + ".json";
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }

    /** @param layerFiles where in the archive the layers are */
    byte[] manifest(List<String> layerFiles) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("Config", configurationFile());
        json.put("RepoTags", List.of(name));
        json.put("Layers", layerFiles);
        return write(List.of(json));
    }

    private static byte[] write(Object json) {
        try {
            return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree of plain values could not be written", impossible);
        }
    }
}
