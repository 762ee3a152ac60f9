package dev.sandkeep.adapters.http.violation;

import com.zaxxer.hikari.HikariDataSource;
import dev.sandkeep.application.port.SandboxRepository;

/** Breaks the rules of the HTTP adapter: it goes past the use cases, and knows a database. */
public final class RouteThatDecides {

    private final SandboxRepository repository;

    public RouteThatDecides(SandboxRepository repository) {
        this.repository = repository;
    }

    public String decide(HikariDataSource source) {
        return source.getPoolName() + repository.listLive();
    }
}
