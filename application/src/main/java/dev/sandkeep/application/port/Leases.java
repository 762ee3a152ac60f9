package dev.sandkeep.application.port;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Who of several servers does something, for a time. The time is that of whatever keeps the leases, never that of a
 * server's clock: a lease that was given has a holder until it is released, or until its duration has passed there. Every
 * method blocks for some seconds at most, and is thread-safe; a change is durable when the method returns. If a method
 * throws, nothing is known: the change may have been made or not.
 */
public interface Leases {

    /**
     * A lease that somebody got.
     *
     * @param token greater than that of every earlier lease of this name, so that whoever is told of two knows the newer
     */
    record Lease(String name, String holder, long token) {}

    /**
     * Takes the lease if nobody has it. Whoever holds it already gets a new one with a new token in place of the old one,
     * which is worth nothing any more.
     *
     * @param holder tells one server from all others, at any time
     * @return empty if somebody else has it
     */
    Optional<Lease> tryAcquire(String name, String holder, Duration duration);

    /**
     * Keeps the lease, from now on for that long.
     *
     * @return whether it is kept; false if it had ended, even if nobody took it since
     */
    boolean renew(Lease lease, Duration duration);

    /** Gives the lease back. Does nothing if it had ended. */
    void release(Lease lease);

    /** The names of all leases that begin like this and that somebody has now. */
    Set<String> listHeld(String prefix);

    /** Forgets leases that ended at least that long ago; returns how many. Tokens go on growing all the same. */
    int purge(Duration endedFor);
}
