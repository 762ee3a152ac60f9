package dev.sandkeep.adapters.http.violation;

import dev.sandkeep.application.port.SandboxRepository;
import org.junit.jupiter.api.TestInfo;

/** Breaks the rules of the HTTP adapter: it goes past the use cases, and knows a library of the tests. */
public final class RouteThatDecides {

    private final SandboxRepository repository;

    public RouteThatDecides(SandboxRepository repository) {
        this.repository = repository;
    }

    public String decide(TestInfo info) {
        return info.getDisplayName() + repository.listLive();
    }
}
