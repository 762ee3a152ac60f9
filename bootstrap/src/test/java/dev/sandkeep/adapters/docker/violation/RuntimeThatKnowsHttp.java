package dev.sandkeep.adapters.docker.violation;

import dev.sandkeep.adapters.http.HttpServer;
import dev.sandkeep.application.port.SandboxIdSource;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.UUID;

/** Breaks the rules of the Docker adapter: it knows another adapter, and is not named after the port it implements. */
public class RuntimeThatKnowsHttp implements SandboxIdSource {

    public int port(HttpServer server) {
        return server.port();
    }

    @Override
    public SandboxId next() {
        return SandboxId.of(UUID.randomUUID());
    }
}
