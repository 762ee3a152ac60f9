package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.contract.SandboxActivityContract;
import dev.sandkeep.testkit.fixture.Sandboxes;

final class InMemorySandboxActivityTest implements SandboxActivityContract {

    private final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    private final InMemorySandboxActivity activity = new InMemorySandboxActivity(repository);

    @Override
    public SandboxActivity activity() {
        return activity;
    }

    @Override
    public SandboxId aStoredSandbox() {
        Sandbox sandbox = Sandboxes.aSandbox();
        repository.add(sandbox, null);
        return sandbox.id();
    }
}
