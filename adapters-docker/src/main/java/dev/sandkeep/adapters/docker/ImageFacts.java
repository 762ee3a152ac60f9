package dev.sandkeep.adapters.docker;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an engine says about an image.
 *
 * @param sizeBytes of all its layers
 * @param config in the engine's words, whatever is in it
 * @param layers the digests of the layers, the lowest first
 */
record ImageFacts(
        String os,
        String architecture,
        @Nullable String variant,
        String created,
        long sizeBytes,
        Map<String, String> labels,
        Map<String, Object> config,
        List<String> layers) {

    static ImageFacts of(InspectImageResponse image) {
        ContainerConfig config = requireNonNull(image.getConfig(), "the engine told no configuration of an image");
        return new ImageFacts(
                requireNonNullElse(image.getOs(), "linux"),
                requireNonNullElse(image.getArch(), ""),
                image.getRawValues().get("Variant") instanceof String variant ? variant : null,
                requireNonNullElse(image.getCreated(), ""),
                requireNonNullElse(image.getSize(), 0L),
                requireNonNullElse(config.getLabels(), Map.of()),
                configOf(image),
                requireNonNullElse(
                        requireNonNull(image.getRootFS(), "the engine told no layers of an image")
                                .getLayers(),
                        List.of()));
    }

    /** As it was told: the library's own type knows only some of the fields, and keeps the rest of the whole image only. */
    private static Map<String, Object> configOf(InspectImageResponse image) {
        Map<String, Object> config = new TreeMap<>();
        if (image.getRawValues().get("Config") instanceof Map<?, ?> told) {
            told.forEach((name, value) -> config.put(String.valueOf(name), value));
        }
        return config;
    }
}
