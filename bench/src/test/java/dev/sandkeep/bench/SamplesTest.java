package dev.sandkeep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void aFailedOperationCountsAgainstTheSuccessRateAndNotAsASample() {
        Samples samples = new Samples();

        samples.time(() -> {});
        samples.time(() -> {
            throw new IllegalStateException("no");
        });

        assertThat(samples.count()).isEqualTo(1);
        assertThat(samples.successRate()).isEqualTo(50);
        assertThat(samples.failure()).contains("no");
        assertThat(samples.row("x", Duration.ofSeconds(2)))
                .startsWith("| x | 1 |")
                .endsWith("| 0.5 | 50.0 % |");
    }

    @Test
    void withoutSamplesThereIsNoMedian() {
        assertThat(new Samples().median()).isNaN();
    }
}
