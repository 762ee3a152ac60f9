package dev.sandkeep.application.reconcile;

import dev.sandkeep.application.port.ProvisioningClaims;
import dev.sandkeep.application.port.ProvisioningQueue;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Sees to it that every Pending sandbox is made by a server that lives: by this one if the one that had it is dead, and
 * also if it is this one's and got lost on the way into the queue, as happens when an answer of the database is lost. May
 * be repeated; several servers may do it at the same time, and each sandbox goes to one of them.
 */
public final class TakeOverSandboxes {

    private static final Duration ON_ITS_WAY = Duration.ofSeconds(5);
    private static final int AT_A_TIME = 10_000;

    private final ProvisioningClaims claims;
    private final ProvisioningQueue queue;
    private final InstantSource clock;

    public TakeOverSandboxes(ProvisioningClaims claims, ProvisioningQueue queue, InstantSource clock) {
        this.claims = claims;
        this.queue = queue;
        this.clock = clock;
    }

    /** Puts them into the queue; those that are in it already stay where they are. */
    public void takeOver() {
        claims.listOpen(clock.instant().minus(ON_ITS_WAY), AT_A_TIME).forEach(queue::takeOver);
    }
}
