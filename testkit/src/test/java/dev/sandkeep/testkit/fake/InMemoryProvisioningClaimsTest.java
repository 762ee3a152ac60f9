package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.testkit.contract.ProvisioningClaimsContract;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;

class InMemoryProvisioningClaimsTest implements ProvisioningClaimsContract {

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final Leases leases = new InMemoryLeases(clock);
    private final InMemorySandboxRepository repository = new InMemorySandboxRepository(clock);

    @Override
    public Leases leases() {
        return leases;
    }

    @Override
    public void passLeaseTime(Duration time) {
        clock.advance(time);
    }

    @Override
    public SandboxRepository repository() {
        return repository;
    }

    @Override
    public void addAs(String server, Sandbox sandbox) {
        repository.addAs(server, sandbox);
    }

    @Override
    public ProvisioningClaims claimsOf(String server) {
        return new InMemoryProvisioningClaims(repository, leases, server);
    }
}
