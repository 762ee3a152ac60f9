package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Claims to what is in a repository in memory. Thread-safe: the lock of the repository guards them. */
public final class InMemoryProvisioningClaims implements ProvisioningClaims {

    private final InMemorySandboxRepository repository;
    private final Leases leases;
    private final String server;

    public InMemoryProvisioningClaims(InMemorySandboxRepository repository, Leases leases, String server) {
        this.repository = repository;
        this.leases = leases;
        this.server = server;
    }

    @Override
    public boolean claim(SandboxId id) {
        return repository.claim(id, server, provisioner -> !isTaken(provisioner));
    }

    @Override
    public boolean isTaken(SandboxId id) {
        return pending(id) && isTaken(repository.provisionerOf(id));
    }

    private boolean pending(SandboxId id) {
        return repository
                .find(id)
                .filter(sandbox -> sandbox.state() instanceof SandboxState.Pending)
                .isPresent();
    }

    private boolean isTaken(Optional<String> provisioner) {
        return provisioner
                .filter(other -> !other.equals(server))
                .filter(other -> leases.listHeld(LIFE).contains(LIFE + other))
                .isPresent();
    }

    @Override
    public List<SandboxId> listOpen(Instant createdBefore, int atMost) {
        return repository.listLive().stream()
                .filter(sandbox -> sandbox.state() instanceof SandboxState.Pending)
                .filter(sandbox -> isOpen(sandbox, createdBefore))
                .sorted(Comparator.comparing(Sandbox::createdAt).thenComparing(Sandbox::id))
                .map(Sandbox::id)
                .limit(atMost)
                .toList();
    }

    private boolean isOpen(Sandbox sandbox, Instant createdBefore) {
        Optional<String> provisioner = repository.provisionerOf(sandbox.id());
        return !isTaken(provisioner)
                && (!provisioner.equals(Optional.of(server))
                        || sandbox.createdAt().isBefore(createdBefore));
    }
}
