package dev.sandkeep.application.network;

import static dev.sandkeep.testkit.fixture.Sandboxes.aFailedSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aRunningSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.TestApplication;
import dev.sandkeep.application.port.RuntimeCapability;
import dev.sandkeep.application.reconcile.ReconcileSandboxes;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.network.Target;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeNetworkPolicyTest {

    private static final NetworkPolicy CLOSED = new NetworkPolicy(Action.DENY, List.of());
    private static final NetworkRule OPEN =
            new NetworkRule(Action.ALLOW, Target.find("example.com").orElseThrow());

    private final TestApplication app = new TestApplication();
    private final ChangeNetworkPolicy changing = new ChangeNetworkPolicy(app.runtime, app.repository);

    @BeforeEach
    void theRuntimeEnforcesPolicies() {
        app.runtime.addCapability(RuntimeCapability.NETWORK_POLICY);
    }

    private SandboxId running() {
        Sandbox sandbox = aRunningSandbox();
        app.runtime.prepareNetwork(sandbox);
        return app.recorded(sandbox, new Observation.Running());
    }

    private Sandbox stored(SandboxId id) {
        return app.repository.find(id).orElseThrow();
    }

    @Test
    void itIsRecordedAndInForceWhenTheCallReturns() {
        SandboxId id = running();

        assertThat(changing.change(id, _ -> CLOSED)).isEqualTo(CLOSED);

        assertThat(stored(id).networkPolicy()).isEqualTo(CLOSED);
        assertThat(app.runtime.enforcedPolicy(id)).isEqualTo(CLOSED);
    }

    @Test
    void eachChangeBuildsOnTheOneBefore() {
        SandboxId id = running();

        changing.change(id, _ -> CLOSED);
        changing.change(id, policy -> policy.patchedBy(List.of(OPEN)));

        assertThat(app.runtime.enforcedPolicy(id)).isEqualTo(new NetworkPolicy(Action.DENY, List.of(OPEN)));
        assertThat(stored(id).policyRevision()).isEqualTo(2);
    }

    @Test
    void anEqualPolicyIsEnforcedAgainButNoChange() {
        SandboxId id = running();
        changing.change(id, _ -> CLOSED);
        long version = stored(id).version();

        changing.change(id, _ -> CLOSED);

        assertThat(stored(id).version()).isEqualTo(version);
    }

    @Test
    void aPendingSandboxStartsUnderTheChangedPolicy() {
        SandboxId id = app.recorded(aSandbox());

        changing.change(id, _ -> CLOSED);
        app.provisioning().launch(id);

        assertThat(app.runtime.enforcedPolicy(id)).isEqualTo(CLOSED);
    }

    /** The record says what is wanted; the sweep makes it so once the runtime is there. */
    @Test
    void aChangeThatDidNotReachTheRuntimeIsMadeUpFor() {
        SandboxId id = running();
        app.repository.update(id, sandbox -> sandbox.changeNetworkPolicy(CLOSED));

        app.reconciling().sweep();

        assertThat(app.runtime.enforcedPolicy(id)).isEqualTo(CLOSED);
    }

    @Test
    void anOlderPolicyNeverReplacesANewerOne() {
        SandboxId id = running();
        Sandbox earlier = stored(id).changeNetworkPolicy(NetworkPolicy.allowAll());
        changing.change(id, _ -> CLOSED);

        app.runtime.enforce(earlier);

        assertThat(app.runtime.enforcedPolicy(id)).isEqualTo(CLOSED);
    }

    @Test
    void aSandboxWhoseRecordWasLostKeepsThePolicyThatHolds() {
        SandboxId id = running();
        changing.change(id, _ -> CLOSED);
        InMemorySandboxRepository empty = new InMemorySandboxRepository();

        new ReconcileSandboxes(app.runtime, empty, app.queue, app.freezer(), app.clock).recover();

        Sandbox adopted = empty.find(id).orElseThrow();
        assertThat(adopted.networkPolicy()).isEqualTo(CLOSED);
        assertThat(adopted.policyRevision()).isEqualTo(1);
    }

    @Test
    void anEndedSandboxKeepsItsPolicy() {
        SandboxId id = app.recorded(aFailedSandbox());

        assertThatThrownBy(() -> changing.change(id, _ -> CLOSED))
                .isInstanceOf(SandboxException.IllegalTransition.class);
    }

    @Test
    void whereNothingCanBeEnforcedNothingIsRecorded() {
        TestApplication unguarded = new TestApplication();
        SandboxId id = unguarded.recorded(aRunningSandbox(), new Observation.Running());

        assertThatThrownBy(
                        () -> new ChangeNetworkPolicy(unguarded.runtime, unguarded.repository).change(id, _ -> CLOSED))
                .isInstanceOf(SandboxException.PolicyUnenforceable.class);
        assertThat(unguarded.repository.find(id).orElseThrow().policyRevision()).isZero();
    }

    @Test
    void anUnknownSandboxIsNotFound() {
        assertThatThrownBy(() -> changing.change(anId(), _ -> CLOSED)).isInstanceOf(SandboxException.NotFound.class);
    }
}
