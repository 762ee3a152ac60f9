package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxState.Pending;
import dev.sandkeep.domain.volume.MountPath;
import dev.sandkeep.domain.volume.SubPath;
import dev.sandkeep.domain.volume.Volume;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContainerLabelsTest {

    private static final Sandbox SANDBOX = aSandbox(aSpec().image("registry.example.com/team/app:1")
            .imageAuthenticated()
            .platform("linux", "amd64")
            .entrypoint("sh", "-c", "echo \"{}\" 'é' \n")
            .limit("cpu", "500m")
            .env("TOKEN", "s3cret")
            .metadata("team", "blue")
            .extension("example.com/x", "y")
            .networkPolicy(NetworkPolicy.parse(
                    "deny",
                    List.of(
                            new NetworkPolicy.Draft("allow", "*.example.com"),
                            new NetworkPolicy.Draft("deny", "10.0.0.0/8"))))
            .namedVolume("data", true, true)
            .volume(new Volume.HostPath("host", new MountPath("/mnt"), true, new SubPath("a/b"), "/srv/data")));

    private static final Map<String, String> LABELS = ContainerLabels.ofContainer("main", SANDBOX);

    @Test
    void whatIsWrittenIsReadBackExceptForTheEnvironment() {
        Sandbox adopted = ContainerLabels.adoptable(LABELS, NOW);

        assertThat(adopted).isNotNull();
        assertThat(adopted.id()).isEqualTo(SANDBOX.id());
        assertThat(adopted.spec()).isEqualTo(SANDBOX.spec().withoutSecrets());
        assertThat(adopted.createdAt()).isEqualTo(SANDBOX.createdAt());
        assertThat(adopted.expiresAt()).isEqualTo(SANDBOX.expiresAt());
        assertThat(adopted.state()).isInstanceOf(Pending.class);
    }

    @Test
    void aPlainSandboxThatNeverExpiresIsReadBackToo() {
        Sandbox plain = Sandbox.request(anId(), aSpec().build(), null, NOW);

        Sandbox adopted = ContainerLabels.adoptable(ContainerLabels.ofContainer("main", plain), NOW);

        assertThat(adopted).isNotNull();
        assertThat(adopted.spec()).isEqualTo(plain.spec());
        assertThat(adopted.expiresAt()).isEmpty();
    }

    @Test
    void noValueOfTheEnvironmentIsWritten() {
        assertThat(LABELS.toString()).doesNotContain("s3cret").doesNotContain("TOKEN");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"image\":\"UPPER CASE\"}",
                "{\"image\":\"busybox\",\"entrypoint\":null}",
                "{\"image\":\"busybox\",\"entrypoint\":[\"sh\"],\"volumes\":[{\"name\":\"x\"}]}",
                "{\"image\":\"busybox\",\"entrypoint\":[\"sh\"],\"networkPolicy\":{\"defaultAction\":\"maybe\"}}"
            })
    void garbageIsNoSandbox(String spec) {
        Map<String, String> labels = new HashMap<>(LABELS);
        labels.put("sandkeep.dev/spec", spec);

        assertThat(ContainerLabels.adoptable(labels, NOW)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sandkeep.dev/spec", "sandkeep.dev/created-at", "sandkeep.dev/sandbox-id"})
    void whatIsMissingMakesItNoSandbox(String label) {
        Map<String, String> labels = new HashMap<>(LABELS);
        labels.remove(label);

        assertThat(ContainerLabels.adoptable(labels, NOW)).isNull();
    }

    @Test
    void aFieldThatALaterVersionWritesDoesNoHarm() {
        Map<String, String> labels = new HashMap<>(LABELS);
        labels.put("sandkeep.dev/spec", "{\"image\":\"busybox\",\"entrypoint\":[\"sh\"],\"later\":1}");

        assertThat(ContainerLabels.adoptable(labels, NOW)).isNotNull();
    }

    @Test
    void labelsOfSomebodyElseAreNotOurs() {
        assertThat(ContainerLabels.belongsTo("main", LABELS)).isTrue();
        assertThat(ContainerLabels.belongsTo("other", LABELS)).isFalse();
        assertThat(ContainerLabels.belongsTo("main", Map.of())).isFalse();
        assertThat(ContainerLabels.belongsTo("main", null)).isFalse();
        assertThat(ContainerLabels.sandboxId(Map.of("sandkeep.dev/sandbox-id", "not-an-id")))
                .isEmpty();
    }
}
