package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.Leases;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Leases in memory. Thread-safe: one lock guards everything. */
public final class InMemoryLeases implements Leases {

    private final InstantSource clock;
    private final Map<String, Row> rows = new HashMap<>();
    private long lastToken;
    private boolean away;

    private record Row(Lease lease, Instant until) {}

    /** @param clock tells when a lease ends */
    public InMemoryLeases(InstantSource clock) {
        this.clock = clock;
    }

    /** From now on nothing can be asked. */
    public synchronized void goAway() {
        away = true;
    }

    public synchronized void comeBack() {
        away = false;
    }

    @Override
    public synchronized Optional<Lease> tryAcquire(String name, String holder, Duration duration) {
        requireThere();
        Row present = rows.get(name);
        if (present != null && !present.lease().holder().equals(holder) && isHeld(present)) {
            return Optional.empty();
        }
        lastToken++;
        Lease lease = new Lease(name, holder, lastToken);
        rows.put(name, new Row(lease, clock.instant().plus(duration)));
        return Optional.of(lease);
    }

    @Override
    public synchronized boolean renew(Lease lease, Duration duration) {
        requireThere();
        boolean kept = isHeld(lease);
        if (kept) {
            rows.put(lease.name(), new Row(lease, clock.instant().plus(duration)));
        }
        return kept;
    }

    @Override
    public synchronized void release(Lease lease) {
        requireThere();
        if (isHeld(lease)) {
            rows.put(lease.name(), new Row(lease, clock.instant()));
        }
    }

    @Override
    public synchronized Set<String> listHeld(String prefix) {
        requireThere();
        return rows.values().stream()
                .filter(this::isHeld)
                .map(row -> row.lease().name())
                .filter(name -> name.startsWith(prefix))
                .collect(Collectors.toSet());
    }

    @Override
    public synchronized int purge(Duration endedFor) {
        requireThere();
        int had = rows.size();
        Instant latest = clock.instant().minus(endedFor);
        rows.values().removeIf(row -> !row.until().isAfter(latest));
        return had - rows.size();
    }

    private boolean isHeld(Lease lease) {
        Row present = rows.get(lease.name());
        return present != null && present.lease().equals(lease) && isHeld(present);
    }

    private boolean isHeld(Row row) {
        return row.until().isAfter(clock.instant());
    }

    private void requireThere() {
        if (away) {
            throw new IllegalStateException("The leases are away");
        }
    }
}
