package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Uses in memory. Thread-safe. */
public final class InMemorySandboxActivity implements SandboxActivity {

    private final SandboxRepository repository;
    private final Map<SandboxId, Instant> uses = new ConcurrentHashMap<>();

    /** @param repository which sandboxes there are */
    public InMemorySandboxActivity(SandboxRepository repository) {
        this.repository = repository;
    }

    @Override
    public Optional<Instant> find(SandboxId id) {
        return repository.find(id).map(_ -> uses.get(id));
    }

    @Override
    public void note(SandboxId id, Instant time) {
        if (repository.find(id).isPresent()) {
            uses.merge(id, time.truncatedTo(ChronoUnit.MICROS), (before, now) -> now.isAfter(before) ? now : before);
        }
    }
}
