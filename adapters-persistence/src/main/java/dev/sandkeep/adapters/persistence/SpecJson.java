package dev.sandkeep.adapters.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.Entrypoint;
import dev.sandkeep.domain.sandbox.Environment;
import dev.sandkeep.domain.sandbox.Extensions;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Metadata;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.sandbox.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A spec as JSON text, without its environment. What is absent has its default value, and unknown fields are ignored,
 * so that older and newer servers read each other's rows.
 */
final class SpecJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private SpecJson() {}

    static String write(SandboxSpec spec) {
        ObjectNode json = NODES.objectNode();
        switch (spec.source()) {
            case Source.Image image -> json.put("image", image.reference().text());
            case Source.Snapshot snapshot ->
                json.put("snapshotId", snapshot.id().value());
        }
        if (spec.source().authenticated()) {
            json.put("imageAuthenticated", true);
        }
        Platform platform = spec.platform();
        if (platform != null) {
            json.putObject("platform").put("os", platform.os()).put("arch", platform.arch());
        }
        spec.entrypoint().arguments().forEach(json.putArray("entrypoint")::add);
        putTexts(json, "resourceLimits", spec.resourceLimits().written());
        putTexts(json, "metadata", spec.metadata().labels());
        putTexts(json, "extensions", spec.extensions().entries());
        NetworkPolicy policy = spec.networkPolicy();
        if (policy != null) {
            json.set("networkPolicy", policyOf(policy));
        }
        if (!spec.volumes().isEmpty()) {
            ArrayNode volumes = json.putArray("volumes");
            spec.volumes().forEach(volume -> volumes.add(VolumeJson.write(volume)));
        }
        return json.toString();
    }

    static String write(Environment env) {
        ObjectNode json = NODES.objectNode();
        env.variables().forEach(json::put);
        return json.toString();
    }

    /**
     * Reads what {@link #write(SandboxSpec)} wrote.
     *
     * @throws IllegalArgumentException if it is no such text; the message repeats nothing of it
     * @throws dev.sandkeep.domain.problem.InvalidValue if a value is not allowed
     */
    static SandboxSpec readSpec(String text) {
        JsonNode json = parse(text);
        JsonNode platform = json.get("platform");
        JsonNode policy = json.get("networkPolicy");
        return new SandboxSpec(
                sourceIn(json),
                platform == null ? null : new Platform(textIn(platform, "os"), textIn(platform, "arch")),
                new Entrypoint(json.path("entrypoint")
                        .valueStream()
                        .map(JsonNode::textValue)
                        .toList()),
                new ResourceLimits(textsIn(json, "resourceLimits")),
                Environment.none(),
                new Metadata(textsIn(json, "metadata")),
                policy == null ? null : policyIn(policy),
                json.path("volumes").valueStream().map(VolumeJson::read).toList(),
                new Extensions(textsIn(json, "extensions")));
    }

    /**
     * Reads what {@link #write(Environment)} wrote.
     *
     * @throws IllegalArgumentException if it is no such text
     */
    static Environment readEnvironment(String text) {
        return new Environment(texts(parse(text)));
    }

    private static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException malformed) {
            // Not kept as the cause: its message quotes the text.
            throw new IllegalArgumentException("is not JSON");
        }
    }

    private static ObjectNode policyOf(NetworkPolicy policy) {
        ObjectNode json = NODES.objectNode().put("defaultAction", word(policy.defaultAction()));
        ArrayNode rules = json.putArray("egress");
        policy.rules()
                .forEach(rule -> rules.addObject()
                        .put("action", word(rule.action()))
                        .put("target", rule.target().text()));
        return json;
    }

    private static Source sourceIn(JsonNode json) {
        return json.has("snapshotId")
                ? new Source.Snapshot(new SnapshotId(textIn(json, "snapshotId")))
                : new Source.Image(
                        ImageRef.parse(textIn(json, "image")),
                        json.path("imageAuthenticated").asBoolean());
    }

    private static NetworkPolicy policyIn(JsonNode json) {
        List<NetworkPolicy.Draft> rules = new ArrayList<>();
        json.path("egress")
                .forEach(rule -> rules.add(new NetworkPolicy.Draft(textIn(rule, "action"), textIn(rule, "target"))));
        return NetworkPolicy.parse(textIn(json, "defaultAction"), rules);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void putTexts(ObjectNode json, String field, Map<String, String> texts) {
        if (!texts.isEmpty()) {
            texts.forEach(json.putObject(field)::put);
        }
    }

    private static Map<String, String> textsIn(JsonNode json, String field) {
        JsonNode texts = json.get(field);
        return texts == null ? Map.of() : texts(texts);
    }

    private static Map<String, String> texts(JsonNode json) {
        Map<String, String> texts = new TreeMap<>();
        json.propertyStream().forEach(entry -> texts.put(entry.getKey(), text(entry.getKey(), entry.getValue())));
        return texts;
    }

    static String textIn(JsonNode json, String field) {
        return text(field, json.get(field));
    }

    private static String text(String field, @Nullable JsonNode value) {
        String text = value == null ? null : value.textValue();
        if (text == null) {
            throw new IllegalArgumentException("has no text in the field " + field);
        }
        return text;
    }
}
