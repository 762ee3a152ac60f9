package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.testkit.contract.SandboxRuntimeContract;
import dev.sandkeep.testkit.fixture.Specs;
import org.junit.jupiter.api.BeforeEach;

class InMemorySandboxRuntimeTest implements SandboxRuntimeContract {

    private static final ImageRef ABSENT = ImageRef.parse("registry.example.com/no/such:image");

    final InMemorySandboxRuntime runtime = new InMemorySandboxRuntime();

    @BeforeEach
    void prepareImages() {
        runtime.addImage(Specs.IMAGE);
        runtime.refusePull(ABSENT, "manifest unknown");
    }

    @Override
    public SandboxRuntime runtime() {
        return runtime;
    }

    @Override
    public SandboxRuntime runtimeOfAnotherInstance() {
        return runtime.ofInstance("other");
    }

    @Override
    public SandboxRuntime runtimeWithoutEngine() {
        InMemorySandboxRuntime away = new InMemorySandboxRuntime();
        away.goAway();
        return away;
    }

    @Override
    public ImageRef imageThatDoesNotExist() {
        return ABSENT;
    }

    @Override
    public String aVolumeName() {
        return "volume-1";
    }

    @Override
    public boolean volumeExists(String claimName) {
        return runtime.hasVolume(claimName);
    }
}
