package dev.sandkeep.application.port;

import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Duration;
import java.time.Instant;

/**
 * A create request that may be repeated without making a second sandbox.
 *
 * @param owner who may use the key: the name of an API key
 * @param key the key that the client chose
 * @param fingerprint equal for equal requests; tells nothing about their content
 * @param sandboxId the sandbox that the request made
 */
public record IdempotentRequest(String owner, String key, String fingerprint, SandboxId sandboxId, Instant createdAt) {

    /** How long a repeated request is recognised. */
    public static final Duration KEPT = Duration.ofHours(24);
}
