package dev.sandkeep.adapters.http.proxy;

import dev.sandkeep.adapters.http.auth.EndpointSignatures;
import dev.sandkeep.adapters.http.auth.EndpointSignatures.Signature;
import dev.sandkeep.application.lifecycle.FindEndpointGeneration;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.time.Instant;
import java.time.InstantSource;

/** Makes paths that need no header, and says which are good now. Thread-safe. */
public final class SignedUrls {

    private final EndpointSignatures signatures;
    private final FindEndpointGeneration findGeneration;
    private final InstantSource clock;

    public SignedUrls(EndpointSignatures signatures, FindEndpointGeneration findGeneration, InstantSource clock) {
        this.signatures = signatures;
        this.findGeneration = findGeneration;
        this.clock = clock;
    }

    /** What is good until then, to be put where the port is in a path. */
    public String sign(SandboxId id, int port, Instant expires) {
        return port + "-" + signatures.sign(id.value(), port, expires, findGeneration.find(id));
    }

    /** Whether that time is still to come. */
    public boolean isToCome(Instant time) {
        return time.isAfter(clock.instant());
    }

    /** Nothing is looked up for a signature that was not made here, or has expired. */
    public boolean accept(ProxiedPath path) {
        Signature signature = path.signature();
        return signature != null
                && signatures.verify(path.sandbox().value(), path.port(), signature, clock.instant())
                && signature.generationNumber() == findGeneration.find(path.sandbox());
    }
}
