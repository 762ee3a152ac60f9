package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A valid spec and a sandbox of it; each test says only what matters to it. */
final class SandboxFixture {

    static final SandboxId ID = new SandboxId("5f0c7a4e-1111-4222-8333-444455556666");
    static final Duration TIMEOUT = Duration.ofHours(1);

    private SandboxFixture() {}

    static Sandbox aSandbox(Instant now) {
        return Sandbox.request(ID, aSpec(), TIMEOUT, now);
    }

    static SandboxSpec aSpec(Volume... volumes) {
        return new SandboxSpec(
                new Source.Image(ImageRef.parse("python:3.11"), true),
                new Platform("linux", "amd64"),
                new Entrypoint(List.of("python")),
                new ResourceLimits(Map.of("cpu", "500m")),
                new Environment(Map.of("TOKEN", "hunter2")),
                new Metadata(Map.of("team", "a")),
                null,
                List.of(volumes),
                new Extensions(Map.of("note", "x")));
    }
}
