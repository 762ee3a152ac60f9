package dev.sandkeep.bench;

import dev.sandkeep.adapters.persistence.Database;
import dev.sandkeep.adapters.persistence.JdbiSandboxRepository;
import dev.sandkeep.adapters.persistence.PersistenceConfig;
import dev.sandkeep.adapters.persistence.SecretKeyFile;
import dev.sandkeep.domain.sandbox.Entrypoint;
import dev.sandkeep.domain.sandbox.Environment;
import dev.sandkeep.domain.sandbox.Extensions;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Metadata;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.sandbox.StopCause;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Fills a database before the server opens it. The sandboxes have ended, or the server would look for them. */
final class Seed {

    private Seed() {}

    static List<SandboxId> sandboxes(Path data, int count) {
        List<SandboxId> ids = new ArrayList<>();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        try (Database database = Database.open(
                new PersistenceConfig(new PersistenceConfig.H2(data), 2, SecretKeyFile.readOrCreate(data)),
                "bench",
                InstantSource.system())) {
            JdbiSandboxRepository repository = database.sandboxes();
            for (int i = 0; i < count; i++) {
                SandboxId id = SandboxId.of(UUID.randomUUID());
                Sandbox ended = Sandbox.request(id, spec(i), Duration.ofHours(1), now.minusMillis(count - i))
                        .beginStop(StopCause.TTL_EXPIRY, now)
                        .stopped(now);
                repository.add(ended, null);
                ids.add(id);
            }
        }
        return ids;
    }

    /** Sandboxes that run, as far as the records know. */
    static List<SandboxId> running(Path data, PersistenceConfig.Storage storage, int count) {
        List<SandboxId> ids = new ArrayList<>();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        try (Database database = Database.open(
                new PersistenceConfig(storage, 2, SecretKeyFile.readOrCreate(data)), "bench", InstantSource.system())) {
            JdbiSandboxRepository repository = database.sandboxes();
            for (int i = 0; i < count; i++) {
                SandboxId id = SandboxId.of(UUID.randomUUID());
                Instant createdAt = now.minusMillis(count - i);
                Sandbox running = Sandbox.request(id, spec(i), Duration.ofHours(12), createdAt)
                        .started(now);
                repository.add(running, null);
                ids.add(id);
            }
        }
        return ids;
    }

    static SandboxSpec spec(int number) {
        return new SandboxSpec(
                new Source.Image(ImageRef.parse("python:3.11"), false),
                null,
                new Entrypoint(List.of("python", "/app/main.py")),
                new ResourceLimits(Map.of("cpu", "500m", "memory", "512Mi")),
                Environment.none(),
                new Metadata(Map.of("name", "sandbox-" + number, "team", "team-" + number % 10)),
                null,
                List.of(),
                Extensions.none());
    }
}
