package dev.sandkeep.egress.policy;

/** A change names a revision that is not newer than the policy in force: it comes late, or for a second time. */
final class StaleRevision extends Exception {

    private static final long serialVersionUID = 1L;

    StaleRevision(long current) {
        super("Sandkeep-Revision: must be greater than the current revision " + current);
    }
}
