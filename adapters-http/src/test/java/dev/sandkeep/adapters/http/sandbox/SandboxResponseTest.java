package dev.sandkeep.adapters.http.sandbox;

import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SandboxResponseTest {

    private static final SandboxId ID = new SandboxId("5f3a0a8e-90b5-4d5c-9a8e-0123456789ab");
    private static final Instant NOW = Instant.parse("2026-11-23T12:47:46.588994123Z");

    @Test
    void aCreatedSandboxIsShownAsDocumented() {
        Sandbox sandbox = Sandbox.request(ID, aSpec().build(), Duration.ofHours(1), NOW);

        assertThat(json(CreateSandboxResponse.from(sandbox)))
                .isEqualTo("{\"id\":\"5f3a0a8e-90b5-4d5c-9a8e-0123456789ab\",\"status\":{\"state\":\"Pending\","
                        + "\"reason\":\"provisioning\",\"message\":\"Sandbox is being provisioned\","
                        + "\"lastTransitionAt\":\"2026-11-23T12:47:46.588994Z\"},\"metadata\":{},"
                        + "\"entrypoint\":[\"sleep\",\"3600\"],\"expiresAt\":\"2026-11-23T13:47:46.588994Z\","
                        + "\"createdAt\":\"2026-11-23T12:47:46.588994Z\"}");
    }

    @Test
    void whatIsAbsentIsLeftOut() {
        Sandbox sandbox = Sandbox.request(ID, aSpec().build(), null, Instant.parse("2026-11-23T12:00:00Z"));

        assertThat(json(SandboxResponse.from(sandbox)))
                .isEqualTo("{\"id\":\"5f3a0a8e-90b5-4d5c-9a8e-0123456789ab\",\"image\":{\"uri\":"
                        + "\"sandkeep-test/busybox:1\"},\"status\":{\"state\":\"Pending\",\"reason\":\"provisioning\","
                        + "\"message\":\"Sandbox is being provisioned\",\"lastTransitionAt\":\"2026-11-23T12:00:00Z\"},"
                        + "\"entrypoint\":[\"sleep\",\"3600\"],\"resourceLimits\":{},"
                        + "\"createdAt\":\"2026-11-23T12:00:00Z\"}");
    }

    @Test
    void everythingButSecretsIsShown() {
        SandboxSpec spec = aSpec().imageAuthenticated()
                .platform("linux", "amd64")
                .limit("memory", "512Mi")
                .limit("cpu", "0.5")
                .env("TOKEN", "secret")
                .metadata("team", "ml")
                .extension("storage.id", "x")
                .networkPolicy(NetworkPolicy.parse("deny", List.of(new NetworkPolicy.Draft("ALLOW", "PyPI.org"))))
                .volume(new Volume.HostPath("src", new MountPath("/src"), true, new SubPath("a/b"), "/srv/src"))
                .namedVolume("cache", true, false)
                .build();
        Sandbox sandbox = Sandbox.request(ID, spec, Duration.ofMinutes(1), NOW)
                .started(NOW)
                .observed(new Observation.Exited(new Exit(2, Exit.Cause.PROCESS_ENDED, "no such file")), NOW);

        assertThat(json(SandboxResponse.from(sandbox)))
                .doesNotContain("TOKEN", "secret", "null")
                .contains(
                        "\"platform\":{\"os\":\"linux\",\"arch\":\"amd64\"}",
                        "\"state\":\"Failed\",\"reason\":\"exited\",\"message\":\"The entry process exited with code 2."
                                + " Last output: no such file\"",
                        "\"metadata\":{\"team\":\"ml\"}",
                        "\"resourceLimits\":{\"cpu\":\"0.5\",\"memory\":\"512Mi\"}",
                        "\"networkPolicy\":{\"defaultAction\":\"deny\",\"egress\":[{\"action\":\"allow\","
                                + "\"target\":\"pypi.org\"}]}",
                        "\"volumes\":[{\"name\":\"src\",\"mountPath\":\"/src\",\"readOnly\":true,\"subPath\":\"a/b\","
                                + "\"host\":{\"path\":\"/srv/src\"}},{\"name\":\"data\",\"mountPath\":\"/data\","
                                + "\"readOnly\":false,\"pvc\":{\"claimName\":\"cache\",\"createIfNotExists\":true,"
                                + "\"deleteOnSandboxTermination\":false}}]",
                        "\"extensions\":{\"storage.id\":\"x\"}",
                        "\"exitCode\":2");
    }

    private static String json(Object response) {
        return new String(Json.write(response), StandardCharsets.UTF_8);
    }
}
