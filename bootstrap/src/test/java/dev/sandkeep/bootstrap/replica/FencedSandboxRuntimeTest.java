package dev.sandkeep.bootstrap.replica;

import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.replica.Tenure;
import dev.sandkeep.bootstrap.runtime.ForwardingSandboxRuntime;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.testkit.fake.InMemorySandboxRuntime;
import dev.sandkeep.testkit.fixture.Sandboxes;
import dev.sandkeep.testkit.fixture.Specs;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class FencedSandboxRuntimeTest {

    private static final Sandbox SANDBOX = Sandboxes.aRunningSandbox();

    static final List<Consumer<SandboxRuntime>> EFFECTS = List.of(
            runtime -> runtime.pullImage(anId(), Specs.IMAGE, null, null, _ -> {}),
            runtime -> runtime.prepareNetwork(SANDBOX),
            runtime -> runtime.launch(SANDBOX),
            runtime -> runtime.pause(SANDBOX.id()),
            runtime -> runtime.resume(SANDBOX.id()),
            runtime -> runtime.enforce(SANDBOX),
            runtime -> runtime.removeStray(new RuntimePart(RuntimePart.Kind.SIDECAR, "stray")),
            runtime -> runtime.remove(SANDBOX.id()));

    static final List<Consumer<SandboxRuntime>> LOOKS = List.of(
            SandboxRuntime::capabilities,
            runtime -> runtime.admit(SANDBOX.spec()),
            runtime -> runtime.hasImage(Specs.IMAGE, null),
            runtime -> runtime.findEnforced(SANDBOX.id()),
            runtime -> runtime.decisions(SANDBOX.id(), null, 1),
            runtime -> runtime.findLog(SANDBOX.id(), new LogSelection(1, 1, null)),
            runtime -> runtime.findAddress(SANDBOX.id(), 80),
            runtime -> runtime.observe(SANDBOX.id()),
            SandboxRuntime::observeAll,
            SandboxRuntime::listStrays);

    private final InMemorySandboxRuntime inner = new InMemorySandboxRuntime();
    private final Tenure tenure = Tenure.ofOnlyServer();
    private final SandboxRuntime fenced = new FencedSandboxRuntime(inner, tenure);

    @BeforeEach
    void launch() {
        inner.addImage(Specs.IMAGE);
        inner.launch(SANDBOX);
    }

    @Test
    void everyMethodOfThePortIsPassedOnOrFenced() {
        assertThat(ForwardingSandboxRuntime.class.getDeclaredMethods())
                .extracting("name")
                .containsAll(Stream.of(SandboxRuntime.class.getMethods())
                        .map(Method::getName)
                        .toList());
        assertThat(EFFECTS.size() + LOOKS.size() + 1)
                .as("these and watch are all there are")
                .isEqualTo(SandboxRuntime.class.getMethods().length);
    }

    @ParameterizedTest
    @FieldSource("EFFECTS")
    void withTheLeaseEverythingIsDone(Consumer<SandboxRuntime> effect) {
        assertThatCode(() -> effect.accept(fenced)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @FieldSource("EFFECTS")
    void withoutTheLeaseNothingIsChanged(Consumer<SandboxRuntime> effect) {
        tenure.close();

        assertThatThrownBy(() -> effect.accept(fenced)).isInstanceOf(RuntimeUnavailable.class);

        assertThat(inner.observe(SANDBOX.id())).isInstanceOf(Observation.Running.class);
        assertThat(inner.launches().count()).isEqualTo(1);
    }

    @ParameterizedTest
    @FieldSource("LOOKS")
    void withoutTheLeaseLooksAreAllowed(Consumer<SandboxRuntime> look) {
        tenure.close();

        assertThatCode(() -> look.accept(fenced)).doesNotThrowAnyException();
    }
}
