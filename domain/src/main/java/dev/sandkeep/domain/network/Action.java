package dev.sandkeep.domain.network;

/** What to do with traffic that a rule matches. */
public enum Action {
    ALLOW,
    DENY
}
