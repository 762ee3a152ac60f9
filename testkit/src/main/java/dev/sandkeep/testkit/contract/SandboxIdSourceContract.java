package dev.sandkeep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.SandboxIdSource;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a source of ids promises. */
public interface SandboxIdSourceContract {

    SandboxIdSource ids();

    @Test
    default void noIdIsGivenTwice() {
        SandboxIdSource ids = ids();

        Stream<SandboxId> given = Stream.generate(ids::next).parallel().limit(10_000);

        assertThat(given).doesNotHaveDuplicates();
    }
}
