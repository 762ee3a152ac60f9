package dev.sandkeep.application.lifecycle;

import dev.sandkeep.application.audit.Actor;
import dev.sandkeep.application.port.Deed;
import dev.sandkeep.application.port.SandboxActivity;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.domain.sandbox.Idleness;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the sandboxes that nobody has used for as long as their creators said. Ticked from outside; thread-safe. */
public final class FindIdleSandboxes {

    private static final Logger log = LoggerFactory.getLogger(FindIdleSandboxes.class);

    private final SandboxRepository repository;
    private final SandboxActivity activity;
    private final Predicate<SandboxId> works;
    private final Duration blur;
    private final InstantSource clock;

    /**
     * Makes one that keeps nothing itself.
     *
     * @param works whether commands go on in a sandbox that runs, which nobody waits for
     * @param blur how much later than is written down a sandbox may have been used
     */
    public FindIdleSandboxes(
            SandboxRepository repository,
            SandboxActivity activity,
            Predicate<SandboxId> works,
            Duration blur,
            InstantSource clock) {
        this.repository = repository;
        this.activity = activity;
        this.works = works;
        this.blur = blur;
        this.clock = clock;
    }

    /** A sandbox, and what is to become of it. */
    public record Idle(SandboxId id, Idleness.Action action) {}

    /** Those whose time may have come: those that have said a time, and were not used for it. Blocks. */
    public List<SandboxId> candidates() {
        Instant now = clock.instant();
        return repository.listLive().stream()
                .filter(sandbox -> due(sandbox, now).isPresent())
                .map(Sandbox::id)
                .toList();
    }

    /**
     * Looks at one again, and at what goes on in it: work is use. What is to become of it is in its audit trail when this
     * returns. Blocks.
     */
    public Optional<Idle> decide(SandboxId id) {
        Instant now = clock.instant();
        Optional<Idleness> due = repository.find(id).flatMap(sandbox -> due(sandbox, now));
        if (due.isEmpty()) {
            return Optional.empty();
        }
        if (works.test(id)) {
            activity.note(id, now);
            return Optional.empty();
        }
        Idleness idleness = due.get();
        String message = "Nobody used it for " + idleness.timeout().toSeconds() + " s, so that it is told to "
                + idleness.action().word();
        log.info("Sandbox {}: {}", id, message);
        repository.note(List.of(new Deed(now, id, message, Actor.SYSTEM)));
        return Optional.of(new Idle(id, idleness.action()));
    }

    private Optional<Idleness> due(Sandbox sandbox, Instant now) {
        return sandbox.spec()
                .extensions()
                .idleness()
                .filter(idleness ->
                        idleness.isDue(sandbox, activity.find(sandbox.id()).orElse(sandbox.createdAt()), blur, now));
    }
}
