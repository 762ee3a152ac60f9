package dev.sandkeep.adapters.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.exec.ProcessOutput;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgramOutputTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final ProgramOutput output = new ProgramOutput();

    @Test
    void theEndComesAfterEverythingElseAndAgain() throws InterruptedException {
        output.add(Channel.STDERR, new byte[] {1, 2});
        output.end(7);

        assertThat(output.read(LONG))
                .isInstanceOfSatisfying(
                        ProcessOutput.Written.class,
                        written -> assertThat(written.bytes()).containsExactly(1, 2));
        assertThat(output.read(LONG)).isEqualTo(new ProcessOutput.Ended(7));
        assertThat(output.read(Duration.ZERO)).isEqualTo(new ProcessOutput.Ended(7));
    }

    @Test
    void whatWentWrongIsThrownAgainAndAgain() throws InterruptedException {
        output.fail(new IllegalStateException("broken"));

        assertThatThrownBy(() -> output.read(LONG)).hasMessage("broken");
        assertThatThrownBy(() -> output.read(Duration.ZERO)).hasMessage("broken");
    }

    @Test
    void aWriterWaitsForWhoeverReads() throws InterruptedException {
        int pieces = 1000;
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < pieces; i++) {
                    output.add(Channel.STDOUT, new byte[] {(byte) i});
                }
                output.end(0);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(writer.join(Duration.ofMillis(100))).as("nobody read yet").isFalse();

        for (int i = 0; i < pieces; i++) {
            int expected = i;
            assertThat(output.read(LONG))
                    .isInstanceOfSatisfying(
                            ProcessOutput.Written.class,
                            written -> assertThat(written.bytes()).containsExactly((byte) expected));
        }
        assertThat(output.read(LONG)).isEqualTo(new ProcessOutput.Ended(0));
        assertThat(output.read(Duration.ZERO)).isEqualTo(new ProcessOutput.Ended(0));
    }

    @Test
    void aWriterCanWaitUntilMoreIsAskedForThanThereIs() throws InterruptedException {
        assertThat(output.read(Duration.ZERO)).as("asked for before").isEqualTo(new ProcessOutput.Silence());
        output.add(Channel.STDOUT, new byte[] {1});
        output.add(Channel.STDOUT, new byte[] {2});
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                output.awaitDemand();
                output.end(3);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });

        output.read(LONG);
        output.read(LONG);
        assertThat(writer.join(Duration.ofMillis(100))).as("asked for more").isFalse();

        assertThat(output.read(Duration.ZERO)).as("an end is waited for").isEqualTo(new ProcessOutput.Ended(3));
    }

    @Test
    void nothingForAWhileIsSilence() {
        assertThat(output.read(Duration.ZERO)).isEqualTo(new ProcessOutput.Silence());
    }
}
