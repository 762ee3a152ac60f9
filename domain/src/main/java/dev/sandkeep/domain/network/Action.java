package dev.sandkeep.domain.network;

/** What to do with traffic that a rule matches. */
public enum Action {
    ALLOW("allow"),
    DENY("deny");

    private final String word;

    Action(String word) {
        this.word = word;
    }

    /** The action as policies write it. */
    public String word() {
        return word;
    }
}
