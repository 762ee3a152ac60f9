package dev.sandkeep.bootstrap;

import dev.sandkeep.application.port.SandboxIdSource;
import dev.sandkeep.testkit.contract.SandboxIdSourceContract;

class RandomSandboxIdSourceTest implements SandboxIdSourceContract {

    @Override
    public SandboxIdSource ids() {
        return new RandomSandboxIdSource();
    }
}
