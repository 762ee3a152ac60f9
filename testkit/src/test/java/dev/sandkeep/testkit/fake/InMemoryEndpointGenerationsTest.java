package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.EndpointGenerations;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.contract.EndpointGenerationsContract;
import dev.sandkeep.testkit.fixture.Sandboxes;

final class InMemoryEndpointGenerationsTest implements EndpointGenerationsContract {

    private final EndpointGenerations generations = new InMemoryEndpointGenerations();

    @Override
    public EndpointGenerations endpointGenerations() {
        return generations;
    }

    @Override
    public SandboxId aStoredSandbox() {
        return Sandboxes.anId();
    }
}
