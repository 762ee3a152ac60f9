package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.ProvisioningQueue;
import dev.sandkeep.testkit.contract.ProvisioningQueueContract;

class DirectProvisioningQueueTest implements ProvisioningQueueContract {

    private final Setup setup = new Setup();
    private final ProvisioningQueue queue = new DirectProvisioningQueue(setup.provisioning);

    @Override
    public Setup setup() {
        return setup;
    }

    @Override
    public ProvisioningQueue queue() {
        return queue;
    }
}
