package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.Leases;
import dev.sandkeep.testkit.contract.LeasesContract;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Duration;

class InMemoryLeasesTest implements LeasesContract {

    private final SettableClock clock = new SettableClock(Sandboxes.NOW);
    private final Leases leases = new InMemoryLeases(clock);

    @Override
    public Leases leases() {
        return leases;
    }

    @Override
    public void passLeaseTime(Duration time) {
        clock.advance(time);
    }
}
