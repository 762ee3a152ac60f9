package dev.sandkeep.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.sandbox.SnapshotId;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomSnapshotIdSourceTest {

    @Test
    void noIdIsGivenTwice() {
        RandomSnapshotIdSource ids = new RandomSnapshotIdSource();

        Stream<SnapshotId> given = Stream.generate(ids::next).parallel().limit(10_000);

        assertThat(given).doesNotHaveDuplicates();
    }
}
