package dev.sandkeep.domain.sandbox;

/** Who or what decided that a sandbox ends. */
public enum StopCause {
    USER_DELETE(StatusReason.USER_DELETE, "Sandbox is being deleted", "Sandbox was deleted"),
    TTL_EXPIRY(
            StatusReason.TTL_EXPIRY,
            "Sandbox reached its expiration time and is being removed",
            "Sandbox reached its expiration time");

    private final StatusReason reason;
    private final String present;
    private final String past;

    StopCause(StatusReason reason, String present, String past) {
        this.reason = reason;
        this.present = present;
        this.past = past;
    }

    public StatusReason reason() {
        return reason;
    }

    String present() {
        return present;
    }

    String past() {
        return past;
    }
}
