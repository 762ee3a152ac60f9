package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On containers of a Docker engine. */
class NetworkAttacksIT extends NetworkAttacks {

    @Override
    GuardedPlace open(Path directory) throws IOException {
        return new GuardedServer(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad.example.com", "good.example.com"})
    void theEnginesResolverIsClosedAtThePortWhereItReallyListens(String name) {
        assertThat(sandboxes())
                .allSatisfy(
                        each -> assertThat(each.probe("engine_resolver", name)).isEqualTo("refused"));
    }
}
