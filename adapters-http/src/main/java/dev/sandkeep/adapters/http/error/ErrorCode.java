package dev.sandkeep.adapters.http.error;

/** The codes of all errors, for programs to rely on. Listed in the OpenAPI document too, which a test compares. */
public enum ErrorCode {
    /** Something in the request is not allowed; the message names every field and what is allowed there. */
    INVALID_REQUEST,
    /** The {@code metadata} filter of a list is not a query string of its own. */
    INVALID_METADATA_FORMAT,
    /** The network policy restricts something, and this server cannot enforce that. */
    NETWORK_POLICY_UNSUPPORTED,
    /** The runtime, or the engine below it, cannot do what is asked for. */
    UNSUPPORTED_BY_RUNTIME,
    /** There is no API key, or it is unknown. */
    UNAUTHENTICATED,
    /** Your API key is not that of an administrator. */
    FORBIDDEN,
    /** Your API key would use more than it may; the message has the numbers. */
    QUOTA_EXCEEDED,
    /** There is no such route. */
    NOT_FOUND,
    /** There is no such sandbox, or it was deleted. */
    SANDBOX_NOT_FOUND,
    /** The sandbox has ended or is ending; the message tells why. */
    SANDBOX_ENDED,
    /** The sandbox does not run at the moment; try again after {@code Retry-After} seconds. */
    SANDBOX_NOT_REACHABLE,
    /** Nothing listens at that port of the sandbox yet; try again after {@code Retry-After} seconds. */
    PORT_NOT_LISTENING,
    /** What listens at that port of the sandbox went away, or did not answer as HTTP demands. */
    BACKEND_FAILED,
    /** There is no such snapshot, or it was deleted. */
    SNAPSHOT_NOT_FOUND,
    /** The route exists, but not for this method; the {@code Allow} header names those it exists for. */
    METHOD_NOT_ALLOWED,
    /** The request did not arrive in time. */
    REQUEST_TIMEOUT,
    /** The sandbox is in a state that does not allow this, or was changed at the same moment. */
    ILLEGAL_STATE,
    /** The snapshot is not there to be restored: not yet, or it failed. */
    SNAPSHOT_NOT_READY,
    /** A sandbox is being made of the snapshot, which therefore stays. */
    SNAPSHOT_IN_USE,
    /** The idempotency key was used before, with another request. */
    IDEMPOTENCY_KEY_REUSED,
    /** The request body is larger than this server accepts. */
    PAYLOAD_TOO_LARGE,
    /** The request line or the headers are larger than this server accepts. */
    HEADERS_TOO_LARGE,
    /** More is asked for than the server takes on at a time; try again after {@code Retry-After} seconds. */
    TOO_MANY_REQUESTS,
    /** The sandbox has no such program, or no shell, which most of the execution API needs. */
    PROGRAM_NOT_FOUND,
    /** There is no command, session or terminal of this id in the sandbox. */
    CONTEXT_NOT_FOUND,
    /** Somebody else works at the terminal, or too many watch it. */
    ALREADY_CONNECTED,
    /** There is no such file or directory in the sandbox. */
    FILE_NOT_FOUND,
    /** The part of the file that was asked for is not there. */
    RANGE_NOT_SATISFIABLE,
    /** It was tried in the sandbox, and did not work; the message has the sandbox's words. */
    RUNTIME_ERROR,
    /** A fault of the server; its log tells more under the request's id. */
    INTERNAL_ERROR,
    /** The container runtime cannot be reached; try again after {@code Retry-After} seconds. */
    RUNTIME_UNAVAILABLE,
    /** A part of the server that is needed is not there, or not yet; the message names it. */
    NOT_READY,
    /** The server is shutting down and takes no new requests. */
    SHUTTING_DOWN
}
