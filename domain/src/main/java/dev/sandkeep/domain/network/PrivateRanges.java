package dev.sandkeep.domain.network;

/** Whether a sandbox may reach addresses of {@linkplain AddressScope#PRIVATE private} scope: the operator's choice. */
public enum PrivateRanges {
    /** Only those that lie in a block which an allow rule names, itself within a private range. */
    NAMED,
    /** As if they were public. */
    OPEN
}
