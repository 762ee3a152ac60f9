package dev.sandkeep.application.replica;

import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.ProvisioningClaims;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which servers on the same records live, as far as is known. Has no thread of its own: {@link #look} is called from
 * outside, about every second. Thread-safe: what was seen is replaced whole.
 */
public final class LivingServers {

    /** How long a look counts. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final @Nullable Leases leases;
    private final String self;
    private final LongSupplier nanos;
    private volatile @Nullable Seen seen;

    private record Seen(Set<String> living, long at) {}

    private LivingServers(@Nullable Leases leases, String self, LongSupplier nanos) {
        this.leases = leases;
        this.self = self;
        this.nanos = nanos;
    }

    /**
     * The servers that share these leases.
     *
     * @param self the name of this server, which lives
     * @param nanos a clock that nobody sets, such as {@link System#nanoTime}
     */
    public static LivingServers of(Leases leases, String self, LongSupplier nanos) {
        return new LivingServers(leases, self, nanos);
    }

    /** A server that has its records for itself. */
    public static LivingServers ofOnlyServer(String self) {
        return new LivingServers(null, self, () -> 0);
    }

    /** Looks who lives. Blocks as the leases do; returns those that died since the last look. */
    public Set<String> look() {
        if (leases == null) {
            return Set.of();
        }
        Seen before = seen;
        long at = nanos.getAsLong();
        Set<String> living = leases.listHeld(ProvisioningClaims.LIFE).stream()
                .map(name -> name.substring(ProvisioningClaims.LIFE.length()))
                .collect(Collectors.toUnmodifiableSet());
        seen = new Seen(living, at);
        Set<String> died = new HashSet<>(before == null ? Set.of() : before.living());
        died.removeAll(living);
        died.remove(self);
        return died;
    }

    /**
     * Whether a server of this name lives, or may: where nothing is known, nobody is taken for dead. One that was not seen
     * may have begun since, so that it is looked for again; that blocks as the leases do.
     */
    public boolean lives(String server) {
        if (server.equals(self)) {
            return true;
        }
        Seen last = seen;
        return leases != null
                && (last == null
                        || nanos.getAsLong() - last.at() > FRESH.toNanos()
                        || last.living().contains(server)
                        || leases.listHeld(ProvisioningClaims.LIFE).contains(ProvisioningClaims.LIFE + server));
    }
}
