package dev.sandkeep.egress.policy;

/** A call is answered with an error. The code is for programs to rely on. */
final class RefusedCall extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    private RefusedCall(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static RefusedCall invalid(String message) {
        return new RefusedCall(400, "INVALID_REQUEST", message);
    }

    static RefusedCall unauthenticated() {
        return new RefusedCall(
                401,
                "UNAUTHENTICATED",
                "Send the key in OPENSANDBOX-EGRESS-AUTH, or Sandkeep-Revision and Sandkeep-Signature");
    }

    static RefusedCall notFound() {
        return new RefusedCall(404, "NOT_FOUND", "There are /policy, /decisions and /healthz");
    }

    static RefusedCall methodNotAllowed(String allowed) {
        return new RefusedCall(405, "METHOD_NOT_ALLOWED", "Allowed methods: " + allowed);
    }

    static RefusedCall stale(StaleRevision stale) {
        return new RefusedCall(409, "STALE_REVISION", String.valueOf(stale.getMessage()));
    }

    static RefusedCall tooLarge(String message) {
        return new RefusedCall(413, "PAYLOAD_TOO_LARGE", message);
    }

    static RefusedCall failed() {
        return new RefusedCall(500, "INTERNAL_ERROR", "The policy could not be applied and is what it was before");
    }

    int status() {
        return status;
    }

    byte[] body() {
        return Json.write(json -> {
            json.writeStringField("code", code);
            json.writeStringField("message", getMessage());
        });
    }
}
