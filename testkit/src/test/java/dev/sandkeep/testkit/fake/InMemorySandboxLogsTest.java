package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.testkit.contract.SandboxLogsContract;

final class InMemorySandboxLogsTest implements SandboxLogsContract {

    private final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    private final InMemorySandboxLogs logs = new InMemorySandboxLogs(repository);

    @Override
    public SandboxLogs logs() {
        return logs;
    }

    @Override
    public SandboxRepository repository() {
        return repository;
    }
}
