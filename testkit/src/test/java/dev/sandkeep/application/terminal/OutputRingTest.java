package dev.sandkeep.application.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputRingTest {

    private final OutputRing ring = new OutputRing();

    private void write(Channel channel, byte[] bytes) {
        ring.append(channel, bytes, 0, bytes.length);
    }

    @Test
    void itKeepsTheLastOfWhatWasWrittenWhateverThePieces() {
        Random random = new Random(42);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 400; i++) {
            byte[] piece = new byte[random.nextInt(20_000)];
            random.nextBytes(piece);
            all.writeBytes(piece);
            write(random.nextBoolean() ? Channel.STDOUT : Channel.STDERR, piece);
            byte[] expected = all.toByteArray();

            assertThat(ring.end()).isEqualTo(expected.length);
            assertThat(ring.begin()).isEqualTo(Math.max(0, expected.length - OutputRing.CAPACITY));
            long from = ring.begin() + random.nextInt((int) (ring.end() - ring.begin()) + 1);
            assertThat(ring.readAll(from)).isEqualTo(Arrays.copyOfRange(expected, (int) from, expected.length));
        }
        assertThat(ring.end()).isGreaterThan(2 * OutputRing.CAPACITY);
    }

    @Test
    void piecesAreOfOneOutputAndTogetherAllThereIs() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            Channel channel = i % 2 == 0 ? Channel.STDOUT : Channel.STDERR;
            byte[] piece = new byte[1 + random.nextInt(50)];
            Arrays.fill(piece, channel == Channel.STDOUT ? (byte) 'o' : (byte) 'e');
            write(channel, piece);
        }

        long at = ring.begin();
        while (at < ring.end()) {
            OutputRing.Piece piece = ring.read(at, 20);
            assertThat(piece.bytes()).hasSizeBetween(1, 20).containsOnly(piece.channel() == Channel.STDOUT ? 'o' : 'e');
            at += piece.bytes().length;
        }
        assertThat(at).isEqualTo(ring.end());
    }

    @Test
    void manyChangesBetweenTheOutputsMakeItShorterAndNotLarger() {
        for (int i = 0; i < 100_000; i++) {
            write(i % 2 == 0 ? Channel.STDOUT : Channel.STDERR, new byte[] {(byte) i});
        }

        assertThat(ring.end()).isEqualTo(100_000);
        assertThat(ring.begin()).isEqualTo(100_000 - 4096);
        assertThat(ring.read(ring.begin(), 10).bytes()).hasSize(1);
        assertThat(ring.readAll(99_999)).containsExactly((byte) 99_999);
    }

    @Test
    void onePieceMayBeLargerThanAll() {
        byte[] piece = new byte[3 * OutputRing.CAPACITY + 5];
        new Random(1).nextBytes(piece);
        write(Channel.STDOUT, new byte[] {1});
        write(Channel.STDOUT, piece);

        assertThat(ring.end()).isEqualTo(piece.length + 1L);
        assertThat(ring.readAll(ring.begin()))
                .isEqualTo(Arrays.copyOfRange(piece, piece.length - OutputRing.CAPACITY, piece.length));
    }
}
