package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.sandbox.Sandbox;
import org.jspecify.annotations.Nullable;

/** The deadline that a sandbox has now. */
record RenewalResponse(@Nullable String expiresAt) {

    static RenewalResponse from(Sandbox sandbox) {
        return new RenewalResponse(sandbox.expiresAt().map(Timestamps::format).orElse(null));
    }
}
