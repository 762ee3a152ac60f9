package dev.sandkeep.application.exec;

import dev.sandkeep.application.journal.AuditTrail;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fake.LocalSandboxExec;
import dev.sandkeep.testkit.fixture.Hosts;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/** A sandbox that runs, whose programs are those of this machine. */
public final class WorkingSandbox implements AutoCloseable {

    public static final int MOST = 3;
    public static final long MEMORY = 4L << 20;
    public static final Duration PATIENCE = Duration.ofMillis(200);

    public final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();
    public final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    public final LocalSandboxExec exec = new LocalSandboxExec(runtime, Path.of("/"));
    public final SandboxId id;
    public final SandboxShell shells;

    public WorkingSandbox() {
        runtime.addImage(Specs.IMAGE);
        Sandbox sandbox = Sandboxes.aSandbox();
        id = sandbox.id();
        runtime.launch(sandbox);
        repository.add(sandbox, null);
        repository.update(id, pending -> pending.started(Sandboxes.NOW));
        shells = new SandboxShell(
                exec,
                repository,
                () -> UUID.randomUUID().toString().replace("-", ""),
                MOST,
                new AuditTrail(_ -> {}, false, InstantSource.system()),
                Hosts.with(new TransferMemory(MEMORY, PATIENCE)));
    }

    @Override
    public void close() {
        exec.close();
    }
}
