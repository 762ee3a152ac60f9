package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.EndpointGenerations;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Generations in memory. Thread-safe. */
public final class InMemoryEndpointGenerations implements EndpointGenerations {

    private final Map<SandboxId, Long> generations = new ConcurrentHashMap<>();

    @Override
    public long current(SandboxId id) {
        return generations.getOrDefault(id, 0L);
    }

    @Override
    public void advance(SandboxId id) {
        generations.merge(id, 1L, Long::sum);
    }
}
