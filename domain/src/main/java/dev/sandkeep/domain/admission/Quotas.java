package dev.sandkeep.domain.admission;

import java.util.Map;

/**
 * The quota of every owner.
 *
 * @param usual the quota of an owner who has none of their own
 */
public record Quotas(Quota usual, Map<String, Quota> byOwner) {

    private static final Quotas NONE = new Quotas(Quota.none(), Map.of());

    public Quotas {
        byOwner = Map.copyOf(byOwner);
    }

    /** Limits nobody. */
    public static Quotas none() {
        return NONE;
    }

    public Quota of(String owner) {
        return byOwner.getOrDefault(owner, usual);
    }
}
