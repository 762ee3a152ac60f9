package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.sandbox.Sandbox;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to a create request. The order of the components is their order on the wire. */
record CreateSandboxResponse(
        String id,
        SandboxStatusResponse status,
        Map<String, String> metadata,
        @Nullable PlatformResponse platform,
        List<String> entrypoint,
        @Nullable String expiresAt,
        String createdAt) {

    static CreateSandboxResponse from(Sandbox sandbox) {
        return new CreateSandboxResponse(
                sandbox.id().value(),
                SandboxStatusResponse.from(sandbox.state()),
                sandbox.spec().metadata().labels(),
                PlatformResponse.from(sandbox.spec().platform()),
                sandbox.spec().entrypoint().arguments(),
                sandbox.expiresAt().map(Timestamps::format).orElse(null),
                Timestamps.format(sandbox.createdAt()));
    }
}
