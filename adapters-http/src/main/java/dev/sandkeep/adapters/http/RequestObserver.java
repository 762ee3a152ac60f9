package dev.sandkeep.adapters.http;

import java.time.Duration;

/** Told of every request when it was answered. Thread-safe; returns at once. */
@FunctionalInterface
public interface RequestObserver {

    /** Looks away. */
    RequestObserver NONE = _ -> {};

    void answered(Answered request);

    /**
     * A request that was answered.
     *
     * @param method as the client sent it, so it may be any word
     * @param route the route's template, for example {@code /v1/sandboxes/{sandboxId}}; {@code none} if it was refused
     *     before it was routed, or is for no route
     * @param proxied whether it was for a port of a sandbox
     * @param received how many bytes of its body were read
     * @param sent how many bytes of body it was answered with; not those that a WebSocket carried after its upgrade
     */
    record Answered(
            String method, String route, boolean proxied, int status, Duration took, long received, long sent) {}
}
