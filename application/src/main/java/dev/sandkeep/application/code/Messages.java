package dev.sandkeep.application.code;

import dev.sandkeep.domain.exec.ExecException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Puts together what a driver tells: a word for the kind, and texts in base64, in pieces. Not thread-safe. */
final class Messages {

    /** More than any driver of ours sends. */
    private static final int LONGEST = 8 * 1024 * 1024;

    private static final char MORE = '+';
    private static final char LAST = '.';
    private static final String EMPTY = "=";

    private final StringBuilder begun = new StringBuilder();

    /** @param words the texts behind the kind, as they are on the wire */
    record Message(String kind, List<String> words) {
        Message {
            words = List.copyOf(words);
        }

        /** The texts that the words stand for. */
        List<String> texts() {
            return words.stream().map(Message::decode).toList();
        }

        private static String decode(String word) {
            if (word.equals(EMPTY)) {
                return "";
            }
            try {
                return new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException forged) {
                throw new ExecException.Failed("The interpreter in the sandbox told something that is no message");
            }
        }
    }

    /** The message of which this mark is the last piece. */
    Optional<Message> add(String mark) {
        char kind = mark.isEmpty() ? ' ' : mark.charAt(0);
        if (begun.length() + mark.length() > LONGEST || (kind != MORE && kind != LAST)) {
            begun.setLength(0);
            throw new ExecException.Failed("The interpreter in the sandbox told something that is no message");
        }
        begun.append(mark, 1, mark.length());
        if (kind == MORE) {
            return Optional.empty();
        }
        List<String> words = Arrays.asList(begun.toString().split(" "));
        begun.setLength(0);
        return Optional.of(new Message(words.getFirst(), words.subList(1, words.size())));
    }
}
