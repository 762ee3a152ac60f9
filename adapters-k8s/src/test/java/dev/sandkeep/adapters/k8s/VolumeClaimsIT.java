package dev.sandkeep.adapters.k8s;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.volume.AccessMode;
import dev.sandkeep.domain.volume.StorageRequest;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real cluster makes of the claims that requests describe. */
class VolumeClaimsIT {

    private static final String CLAIM = "asked";

    private TestCluster cluster;
    private KubernetesSandboxRuntime runtime;

    @BeforeEach
    void connect() {
        cluster = TestCluster.assumed();
        runtime = cluster.runtime(cluster.config());
    }

    @AfterEach
    void end() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aClaimOfTheClassTheSizeAndTheModesThatAreAskedForIsBoundAndStays() {
        cluster.addVolume();
        Sandbox sandbox = aSandbox(aSpec().namedVolume(
                        CLAIM, new StorageRequest(cluster.namespace(), "512Ki", List.of(AccessMode.READ_WRITE_MANY))));

        runtime.launch(sandbox);

        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Running.class);
        PersistentVolumeClaim claim = cluster.raw()
                .persistentVolumeClaims()
                .inNamespace(cluster.namespace())
                .withName(CLAIM)
                .get();
        assertThat(claim.getStatus().getPhase()).isEqualTo("Bound");
        assertThat(claim.getSpec().getResources().getRequests()).containsEntry("storage", Quantity.parse("512Ki"));
        assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteMany");
        runtime.remove(sandbox.id());
        assertThat(cluster.hasClaim(CLAIM)).isTrue();
    }

    @Test
    void aClaimOfAClassThatNobodyProvidesIsToldAsTheReasonAndUndone() {
        Sandbox sandbox = aSandbox(aSpec().namedVolume(CLAIM, new StorageRequest("no-such-class", null, List.of())));

        assertThatThrownBy(() -> runtime.launch(sandbox))
                .isInstanceOf(LaunchFailed.class)
                .hasMessageContaining("PersistentVolumeClaim");
        assertThat(cluster.hasClaim(CLAIM)).isFalse();
    }
}
