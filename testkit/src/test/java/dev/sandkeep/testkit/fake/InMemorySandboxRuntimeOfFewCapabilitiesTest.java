package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.RuntimeCapability;
import org.junit.jupiter.api.BeforeEach;

/** The same promises of a runtime that can do nothing that is special. */
final class InMemorySandboxRuntimeOfFewCapabilitiesTest extends InMemorySandboxRuntimeTest {

    @BeforeEach
    void takeCapabilitiesAway() {
        for (RuntimeCapability capability : RuntimeCapability.values()) {
            runtime.removeCapability(capability);
        }
    }
}
