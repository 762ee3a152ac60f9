package dev.sandkeep.egress.dns;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages messages in ways that parsers get wrong. The same seed gives the same messages. Not thread-safe. */
final class Mutator {

    /** Lengths, pointers and limits, and what text must not hold. */
    private static final byte[] TELLING = {0, 1, 2, 3, 11, 12, 13, 63, 64, 65, '.', '\n', '*', -1, -64, -128, 127};

    private final SplittableRandom random;

    Mutator(long seed) {
        random = new SplittableRandom(seed);
    }

    byte[] mutated(List<byte[]> corpus) {
        byte[] message = corpus.get(random.nextInt(corpus.size())).clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            message = mutatedOnce(message, corpus);
        }
        return message;
    }

    private byte[] mutatedOnce(byte[] message, List<byte[]> corpus) {
        if (message.length == 0) {
            return message;
        }
        int at = random.nextInt(message.length);
        switch (random.nextInt(9)) {
            case 0 -> message[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> message[at] = (byte) random.nextInt(256);
            case 2, 3 -> message[at] = TELLING[random.nextInt(TELLING.length)];
            case 4 -> {
                return Arrays.copyOf(message, at);
            }
            case 5 -> {
                return Arrays.copyOf(message, message.length + random.nextInt(1, 20));
            }
            case 6 -> {
                message[at] = (byte) (0xC0 | random.nextInt(2));
                message[Math.min(at + 1, message.length - 1)] = (byte) random.nextInt(message.length);
            }
            case 7 -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                int start = Math.min(at, other.length);
                System.arraycopy(other, start, message, start, Math.min(other.length, message.length) - start);
            }
            default -> {
                int from = random.nextInt(message.length);
                int length = random.nextInt(message.length - Math.max(at, from));
                System.arraycopy(message, from, message, at, length);
            }
        }
        return message;
    }
}
