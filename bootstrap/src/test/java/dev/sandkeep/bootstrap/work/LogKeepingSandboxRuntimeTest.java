package dev.sandkeep.bootstrap.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.SandboxLogs;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.testkit.contract.SandboxRuntimeContract;
import dev.sandkeep.testkit.fake.InMemorySandboxLogs;
import dev.sandkeep.testkit.fake.InMemorySandboxRepository;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Wrapped, a runtime keeps its promises, and the log of what it removes is kept. */
class LogKeepingSandboxRuntimeTest implements SandboxRuntimeContract {

    private static final LogSelection KEPT = new LogSelection(100, 64, null);

    private final InMemorySandboxRepository repository = new InMemorySandboxRepository();
    private final InMemorySandboxLogs logs = new InMemorySandboxLogs(repository);
    private final InMemorySandboxRuntime inner = new InMemorySandboxRuntime();
    private final SandboxRuntime runtime = new LogKeepingSandboxRuntime(inner, logs, KEPT);

    LogKeepingSandboxRuntimeTest() {
        inner.addImage(Specs.IMAGE);
    }

    private Sandbox launched(String script) {
        Sandbox sandbox = Sandboxes.aSandbox(Specs.aSpec().entrypoint("sh", "-c", script));
        repository.add(sandbox, null);
        runtime.launch(sandbox);
        return sandbox;
    }

    @Test
    void theEndOfTheLogOutlivesTheContainer() {
        Sandbox sandbox = launched("echo one; echo two; echo three; exit 0");

        runtime.remove(sandbox.id());
        runtime.remove(sandbox.id());

        LogExcerpt kept = logs.find(sandbox.id()).orElseThrow();
        assertThat(kept.text()).endsWith(" three\n").hasSizeLessThanOrEqualTo(64);
        assertThat(kept.truncated()).isTrue();
    }

    @Test
    void ofASandboxThatWroteNothingNothingIsKept() {
        Sandbox sandbox = launched("sleep 1000");

        runtime.remove(sandbox.id());

        assertThat(logs.find(sandbox.id())).isEmpty();
    }

    @Test
    void aLogThatCannotBeKeptDoesNotKeepTheContainer() {
        Sandbox sandbox = launched("echo one");
        SandboxRuntime forgetful = new LogKeepingSandboxRuntime(inner, new FullSandboxLogs(), KEPT);

        forgetful.remove(sandbox.id());

        assertThat(runtime.observe(sandbox.id())).isInstanceOf(Observation.Missing.class);
    }

    @Test
    void whileTheEngineIsAwayNothingIsRemoved() {
        Sandbox sandbox = launched("echo one");
        inner.goAway();

        assertThatThrownBy(() -> runtime.remove(sandbox.id())).isInstanceOf(RuntimeUnavailable.class);
    }

    private static final class FullSandboxLogs implements SandboxLogs {
        @Override
        public void keep(SandboxId id, LogExcerpt log) {
            throw new IllegalStateException("No space left");
        }

        @Override
        public Optional<LogExcerpt> find(SandboxId id) {
            return Optional.empty();
        }
    }

    @Override
    public SandboxRuntime runtime() {
        return runtime;
    }

    @Override
    public SandboxRuntime runtimeOfAnotherInstance() {
        return new LogKeepingSandboxRuntime(inner.ofInstance("other"), logs, KEPT);
    }

    @Override
    public SandboxRuntime runtimeWithoutEngine() {
        InMemorySandboxRuntime away = new InMemorySandboxRuntime();
        away.goAway();
        return new LogKeepingSandboxRuntime(away, logs, KEPT);
    }

    @Override
    public ImageRef imageThatDoesNotExist() {
        ImageRef image = ImageRef.parse("registry.example.com/no/such:image");
        inner.refusePull(image, "not found");
        return image;
    }

    @Override
    public String aVolumeName() {
        return "volume";
    }

    @Override
    public boolean volumeExists(String claimName) {
        return inner.hasVolume(claimName);
    }
}
