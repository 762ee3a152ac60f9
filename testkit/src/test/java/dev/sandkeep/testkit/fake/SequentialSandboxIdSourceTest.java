package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SandboxIdSource;
import dev.sandkeep.testkit.contract.SandboxIdSourceContract;

class SequentialSandboxIdSourceTest implements SandboxIdSourceContract {

    @Override
    public SandboxIdSource ids() {
        return new SequentialSandboxIdSource();
    }
}
