package dev.sandkeep.adapters.http.proxy;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;

import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxSpec;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.time.Instant;

/** A running sandbox on a test server, with a service at port 8000. */
final class ProxiedSandbox {

    static final int PORT = 8000;

    private final TestServer server;
    private final SandboxId id;

    private ProxiedSandbox(TestServer server, SandboxId id) {
        this.server = server;
        this.id = id;
    }

    /** The service is what listens at this port of the host. */
    static ProxiedSandbox on(TestServer server, int portOfHost) {
        return on(server, portOfHost, aSandbox());
    }

    /** One that is just made, ends in ten minutes, and wants to be renewed by an hour whenever it is used. */
    static ProxiedSandbox renewedOnAccess(TestServer server, int portOfHost) {
        SandboxSpec spec =
                aSpec().extension("access.renew.extend.seconds", "3600").build();
        return on(server, portOfHost, Sandbox.request(anId(), spec, Duration.ofMinutes(10), Instant.now()));
    }

    private static ProxiedSandbox on(TestServer server, int portOfHost, Sandbox sandbox) {
        server.runtime.addImage(Specs.IMAGE);
        server.runtime.launch(sandbox);
        server.repository.add(sandbox, null);
        server.repository.update(sandbox.id(), pending -> pending.started(Instant.EPOCH));
        server.runtime.listen(sandbox.id(), PORT, portOfHost);
        return new ProxiedSandbox(server, sandbox.id());
    }

    SandboxId id() {
        return id;
    }

    /** The path of the service. */
    String path() {
        return "/sandboxes/" + id + "/proxy/" + PORT;
    }

    String token() {
        return TestServer.TOKENS.access(id.value());
    }

    /** The header line that lets in. */
    String tokenLine() {
        return "OpenSandbox-Secure-Access: " + token() + "\r\n";
    }

    /** What the server says to a GET of this, with the token, until it closes the connection. */
    String get(String rest, String... headerLines) {
        return server.raw("GET " + path() + rest + " HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\n"
                + String.join("", headerLines) + tokenLine() + "\r\n");
    }
}
