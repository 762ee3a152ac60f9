package dev.sandkeep.egress.dns;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads names as simply as can be, and as leniently, sharing nothing with the reader that is tested: what the two read
 * must be the same whenever the other one reads anything.
 */
final class NaiveDecoder {

    private NaiveDecoder() {}

    /** The labels of the name at this offset, each octet a character, or nothing if there is no name. */
    static Optional<List<String>> labels(byte[] message, int offset) {
        List<String> labels = new ArrayList<>();
        int at = offset;
        for (int steps = 0; steps < 1000 && at < message.length; steps++) {
            int head = message[at] & 0xFF;
            if (head == 0) {
                return Optional.of(labels);
            }
            if (head >= 192) {
                if (at + 1 >= message.length) {
                    return Optional.empty();
                }
                at = (head - 192) * 256 + (message[at + 1] & 0xFF);
            } else {
                if (at + 1 + head > message.length) {
                    return Optional.empty();
                }
                labels.add(new String(message, at + 1, head, StandardCharsets.ISO_8859_1));
                at += 1 + head;
            }
        }
        return Optional.empty();
    }

    /** The labels in lower case, which is what the policy may judge, if none of them holds a dot. */
    static Optional<String> text(byte[] message, int offset) {
        return labels(message, offset)
                .filter(labels -> labels.stream().noneMatch(label -> label.contains(".")))
                .map(labels -> String.join(".", labels).toLowerCase(Locale.ROOT));
    }
}
