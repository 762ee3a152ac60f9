package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SidecarSpecsTest {

    @Test
    void theNameOfASidecarTellsItsSandbox() {
        SandboxId id = Sandboxes.anId();

        assertThat(SidecarSpecs.sandboxOf(SidecarSpecs.nameOf(id))).contains(id);
        assertThat(SidecarSpecs.sandboxOf("/" + SidecarSpecs.nameOf(id))).contains(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "default",
                "a",
                "egress",
                // An instance may be called like a sandbox.
                "0b6f2f3e-8a44-4c0e-9c55-3f1d2a7e6b90"
            })
    void aSpareBelongsToNobody(String instance) {
        String spare = SidecarSpecs.spareName(instance, "someserver", "deadbeef");

        assertThat(SidecarSpecs.sandboxOf(spare)).isEmpty();
        assertThat(SidecarSpecs.serverOf(instance, spare)).contains("someserver");
    }

    @Test
    void aSandboxIsNoSidecar() {
        assertThat(SidecarSpecs.sandboxOf(ContainerSpecs.nameOf(Sandboxes.anId())))
                .isEmpty();
    }

    /** gVisor has a network stack of its own, which the packet filter does not see. */
    @ParameterizedTest
    @CsvSource({"runc, true", "crun, true", "runsc, false", "kata, false"})
    void policiesAreEnforcedOnlyWherePacketsPassTheFilter(String ociRuntime, boolean enforced) {
        DockerConfig standard = DockerConfig.standard("main");
        EgressConfig egress = new EgressConfig(
                "sandkeep/egress:1", List.of(InetAddress.ofLiteral("198.18.0.53")), false, true, List.of(), 0, 0);
        DockerConfig config = new DockerConfig(
                standard.instance(),
                null,
                List.of(),
                standard.defaultLimits(),
                ociRuntime,
                standard.gpu(),
                egress,
                standard.callTimeout(),
                standard.launchTimeout(),
                standard.pullTimeout(),
                standard.snapshotTimeout());

        assertThat(config.enforcesPolicies()).isEqualTo(enforced);
        assertThat(standard.enforcesPolicies()).isFalse();
    }
}
