package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells what a shell program of ours says to us from what else it writes: a mark is a line that begins with a control
 * character and a random token, which nothing in the sandbox knows beforehand. Holds back no more than what may be the
 * beginning of a mark. Not thread-safe.
 */
public final class Marks {

    private static final int LONGEST = 4096;
    private static final byte[] NONE = new byte[0];

    private final byte[] prefix;
    private final Map<Channel, byte[]> held = new EnumMap<>(Channel.class);

    Marks(String token) {
        this.prefix = prefix(token).getBytes(StandardCharsets.US_ASCII);
    }

    private static String prefix(String token) {
        return "\u001e" + token;
    }

    /** A shell command that tells the word {@code text}, in which {@code %s} stands for the argument. */
    public static String print(String token, String text, String argument) {
        return "printf '\\036" + token + text + "\\n' " + argument;
    }

    /** Splits the next bytes of a channel. */
    void feed(Channel channel, byte[] next, Consumer<ShellStep> into) {
        byte[] before = held.getOrDefault(channel, NONE);
        byte[] all = next;
        if (before.length > 0) {
            all = new byte[before.length + next.length];
            System.arraycopy(before, 0, all, 0, before.length);
            System.arraycopy(next, 0, all, before.length, next.length);
        }
        int done = 0;
        int at = 0;
        while (at < all.length) {
            if (all[at] != prefix[0] || !mayBegin(all, at)) {
                at++;
                continue;
            }
            int end = end(all, at);
            if (end < 0 && all.length - at < LONGEST) {
                break;
            }
            if (end < 0) {
                at++;
                continue;
            }
            data(channel, all, done, at, into);
            int text = at + prefix.length;
            into.accept(new ShellStep.Mark(channel, new String(all, text, end - text, StandardCharsets.UTF_8)));
            at = end + 1;
            done = at;
        }
        data(channel, all, done, at, into);
        byte[] rest = new byte[all.length - at];
        System.arraycopy(all, at, rest, 0, rest.length);
        held.put(channel, rest);
    }

    /** What was held back and turned out to be no mark. */
    void end(Consumer<ShellStep> into) {
        held.forEach((channel, rest) -> data(channel, rest, 0, rest.length, into));
        held.clear();
    }

    private boolean mayBegin(byte[] all, int at) {
        int length = Math.min(prefix.length, all.length - at);
        for (int i = 1; i < length; i++) {
            if (all[at + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private int end(byte[] all, int at) {
        for (int i = at + prefix.length; i < all.length; i++) {
            if (all[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static void data(Channel channel, byte[] all, int from, int to, Consumer<ShellStep> into) {
        if (to > from) {
            into.accept(new ShellStep.Data(channel, all, from, to - from));
        }
    }
}
