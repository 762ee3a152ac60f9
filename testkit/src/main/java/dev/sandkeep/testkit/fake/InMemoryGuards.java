package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.EnforcedPolicy;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemoryEngine.Guard;
import java.util.Optional;

/** What enforces the network policies of the sandboxes of one instance. */
final class InMemoryGuards {

    private final String instance;
    private final InMemoryEngine engine;
    private final CallGate calls = new CallGate();

    InMemoryGuards(String instance, InMemoryEngine engine) {
        this.instance = instance;
        this.engine = engine;
    }

    CallGate calls() {
        return calls;
    }

    void prepare(SandboxId id) {
        engine.guards.putIfAbsent(id, new Guard(instance, NetworkPolicy.allowAll(), -1));
    }

    void enforce(Sandbox sandbox) {
        calls.pass();
        engine.guards.computeIfPresent(
                sandbox.id(),
                (_, guard) -> guard.revision() < sandbox.policyRevision()
                        ? new Guard(guard.instance(), sandbox.networkPolicy(), sandbox.policyRevision())
                        : guard);
    }

    Optional<EnforcedPolicy> findEnforced(SandboxId id) {
        calls.pass();
        return find(id).filter(guard -> guard.revision() >= 0)
                .map(guard -> new EnforcedPolicy(guard.policy(), guard.revision()));
    }

    private Optional<Guard> find(SandboxId id) {
        return Optional.ofNullable(engine.guards.get(id))
                .filter(guard -> guard.instance().equals(instance));
    }

    boolean contains(SandboxId id) {
        return find(id).isPresent();
    }

    void remove(SandboxId id) {
        engine.guards.computeIfPresent(id, (_, guard) -> guard.instance().equals(instance) ? null : guard);
    }
}
