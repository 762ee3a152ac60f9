package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every field of a create request is given every value that it must not have; the real server refuses each. */
class HostileRequestsIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String VALID = """
            {"image": {"uri": "sandkeep-test/busybox:1", "auth": {"username": "u", "password": "p"}},
             "platform": {"os": "linux", "arch": "amd64"}, "timeout": 60,
             "resourceLimits": {"cpu": "500m", "memory": "64Mi", "pids": "10"}, "entrypoint": ["true"],
             "env": {"A": "b"}, "metadata": {"a": "b"},
             "networkPolicy": {"defaultAction": "allow", "egress": [{"action": "allow", "target": "example.com"}]},
             "volumes": [{"name": "v", "mountPath": "/v", "subPath": "s", "pvc": {"claimName": "hostile"}}],
             "extensions": {"a": "b"}}""";

    /** Wrong wherever they are put, for one reason or another. */
    private static final List<String> POISON = List.of(
            "12345678901234567890",
            "-1",
            "[[]]",
            "[1]",
            "{\"egress\": {\"y\": []}}",
            "\"\\u0000\"",
            "\"../../../etc\"",
            "\"a\\nb\"",
            "\"' OR 1=1 --\"",
            "\"" + "x".repeat(70_000) + "\"");

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("hostile").started();

    private final EngineView engine = on.engine;
    private final ServerProcess server = on.server;

    @Test
    void eachIsRefusedWithACodeAndAMessageAndLeavesNothing() throws IOException {
        List<String> bodies = poisoned();
        bodies.addAll(List.of("", "{", "null", "[]", "\"x\"", "{}", "[".repeat(5000), VALID + "x", "{\"image\":}"));
        assertThat(bodies).hasSizeGreaterThan(200);

        for (String body : bodies) {
            ServerProcess.Answer answer = server.create(body);
            assertThat(answer.status()).as(shown(body)).isBetween(400, 499);
            assertThat(answer.body().path("code").asText()).as(shown(body)).isNotBlank();
            assertThat(answer.body().path("message").asText()).as(shown(body)).isNotBlank();
        }

        assertThat(engine.containers()).isEmpty();
        assertThat(engine.volumes()).isEmpty();
        assertThat(everySandbox()).isEmpty();
    }

    private JsonNode everySandbox() {
        String path = "/v1/sandboxes?state=Pending&state=Running&state=Failed&state=Terminated&state=Stopping";
        return server.send("GET", path, null, Map.of()).body().path("items");
    }

    private static List<String> poisoned() throws IOException {
        List<String> bodies = new ArrayList<>();
        for (String pointer : List.of(
                "/image",
                "/image/uri",
                "/image/auth",
                "/platform",
                "/platform/os",
                "/platform/arch",
                "/timeout",
                "/resourceLimits",
                "/resourceLimits/cpu",
                "/resourceLimits/memory",
                "/resourceLimits/pids",
                "/entrypoint",
                "/env",
                "/metadata",
                "/metadata/a",
                "/networkPolicy",
                "/networkPolicy/defaultAction",
                "/networkPolicy/egress",
                "/networkPolicy/egress/0/action",
                "/networkPolicy/egress/0/target",
                "/volumes",
                "/volumes/0/name",
                "/volumes/0/mountPath",
                "/volumes/0/pvc/claimName",
                "/extensions")) {
            for (String poison : POISON) {
                bodies.add(with(pointer, JSON.readTree(poison)));
            }
        }
        return bodies;
    }

    private static String with(String pointer, JsonNode poison) throws IOException {
        JsonNode body = JSON.readTree(VALID);
        JsonNode parent = body.at(pointer.substring(0, pointer.lastIndexOf('/')));
        ((ObjectNode) parent).set(pointer.substring(pointer.lastIndexOf('/') + 1), poison);
        return body.toString();
    }

    private static String shown(String body) {
        return body.length() > 300 ? body.substring(0, 300) + "..." : body;
    }
}
