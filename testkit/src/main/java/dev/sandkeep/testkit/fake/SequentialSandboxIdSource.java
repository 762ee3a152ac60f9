package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SandboxIdSource;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.concurrent.atomic.AtomicLong;

/** Ids in order, so that a test can tell what it will get. Thread-safe. */
public final class SequentialSandboxIdSource implements SandboxIdSource {

    private final AtomicLong given = new AtomicLong();

    @Override
    public SandboxId next() {
        return new SandboxId(String.format("00000000-0000-4000-8000-%012d", given.incrementAndGet()));
    }
}
