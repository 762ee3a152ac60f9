package dev.sandkeep.bootstrap.replica;

import dev.sandkeep.application.port.Leases;
import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.application.replica.Exclusion;
import dev.sandkeep.application.replica.LivingServers;
import dev.sandkeep.application.replica.Tenure;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This server among those on the same database: whether it lives, as the others see it, and whether the duties that one
 * server does for all are its. A server on an embedded database is the only one and has both, without a write. Thread-safe.
 */
public final class Replica implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Replica.class);

    /** The lease of what one server does for all. */
    static final String DUTIES = "duties";

    /** After how long without a sign of life a server is dead to the others. */
    private static final Duration LEASE = Duration.ofSeconds(8);

    /** How long a pause waits for another server; longer than one that is dead can keep it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration LAPSE = Duration.ofMillis(200);
    private static final Duration PURGE = Duration.ofMinutes(10);
    private static final Duration KEPT = Duration.ofHours(1);
    private static final int NAME_BYTES = 6;

    private final String name;
    private final Tenure life;
    private final Tenure duties;
    private final LivingServers living;
    private final ProvisioningClaims claims;
    private final Exclusion exclusion;
    private final Heartbeat heartbeat = new Heartbeat();
    private final CopyOnWriteArrayList<Runnable> onDeath = new CopyOnWriteArrayList<>();

    private Replica(
            String name,
            Tenure life,
            Tenure duties,
            LivingServers living,
            ProvisioningClaims claims,
            Exclusion exclusion) {
        this.name = name;
        this.life = life;
        this.duties = duties;
        this.living = living;
        this.claims = claims;
        this.exclusion = exclusion;
    }

    /** A name that no other server has, ever; it begins as given. */
    public static String newName(String beginning) {
        byte[] bytes = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(bytes);
        return beginning + HexFormat.of().formatHex(bytes);
    }

    /** The names of all servers that live now, by their leases. */
    public static Set<String> namesOfLiving(Leases leases) {
        return leases.listHeld(ProvisioningClaims.LIFE).stream()
                .map(name -> name.substring(ProvisioningClaims.LIFE.length()))
                .collect(Collectors.toSet());
    }

    /** A server that has its database for itself. */
    public static Replica alone(String name, ProvisioningClaims claims) {
        return new Replica(
                name,
                Tenure.ofOnlyServer(),
                Tenure.ofOnlyServer(),
                LivingServers.ofOnlyServer(name),
                claims,
                Exclusion.ofOnlyServer());
    }

    /** One of several servers; lives from now on, and tries to get the duties as soon as it is started. */
    public static Replica among(String name, Leases leases, ProvisioningClaims claims) {
        LongSupplier nanos = System::nanoTime;
        Replica replica = new Replica(
                name,
                Tenure.of(leases, ProvisioningClaims.LIFE + name, name, LEASE, nanos),
                Tenure.transferable(leases, DUTIES, name, LEASE, nanos),
                LivingServers.of(leases, name, nanos),
                claims,
                new LeasedExclusion(leases, name, LEASE, PATIENCE));
        replica.life.tick();
        replica.look();
        replica.heartbeat.every(BEAT, replica.life::tick);
        replica.heartbeat.every(LAPSE, replica.life::lapse);
        replica.heartbeat.every(LAPSE, replica.duties::lapse);
        replica.heartbeat.every(BEAT, replica::look);
        replica.heartbeat.every(PURGE, () -> replica.purge(leases));
        log.info("This server is called {} among those on its database", name);
        return replica;
    }

    /** Begins to try for the duties, now that whoever does them listens. */
    public void start() {
        heartbeat.every(BEAT, duties::tick);
    }

    /** Runs this whenever another server was found to be dead. It must return soon. */
    public void onDeath(Runnable reaction) {
        onDeath.add(reaction);
    }

    private void look() {
        Set<String> died = living.look();
        if (!died.isEmpty()) {
            log.info("Servers that do not live any more: {}", died);
            onDeath.forEach(Runnable::run);
        }
    }

    private void purge(Leases leases) {
        if (duties.isHeld()) {
            log.debug("Leases that were forgotten: {}", leases.purge(KEPT));
        }
    }

    public String name() {
        return name;
    }

    /** Held while the others take this server for alive: whatever is being made is given up without it. */
    public Tenure life() {
        return life;
    }

    /** Held while the duties are this server's. */
    public Tenure duties() {
        return duties;
    }

    public LivingServers living() {
        return living;
    }

    /** Held while the processes of a sandbox are stopped or let go on. */
    public Exclusion exclusion() {
        return exclusion;
    }

    public ProvisioningClaims claims() {
        return claims;
    }

    /** From now on the others may take over what this server left. */
    @Override
    public void close() {
        heartbeat.close();
        duties.close();
        life.close();
    }
}
