package dev.sandkeep.egress.filter;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Packets to one destination that were refused.
 *
 * @param protocol as nft names it: {@code tcp}, {@code udp}, {@code icmp}, or a number
 * @param port the destination port, or 0 where the protocol has none
 * @param last when the latest was refused
 */
public record DeniedPackets(InetAddress address, String protocol, int port, long count, Instant last) {

    /** How long the filter remembers a destination after the last packet. */
    static final Duration KEPT = Duration.ofHours(1);

    private static final String LIST4 = "list set " + Ruleset.TABLE + " denied4";
    private static final String LIST6 = "list set " + Ruleset.TABLE + " denied6";

    /** What the filter remembers, in no particular order. */
    public static List<DeniedPackets> list(PacketFilter filter, Instant now) throws IOException {
        List<DeniedPackets> denied = new ArrayList<>();
        parse(filter.run(LIST4), now, denied);
        parse(filter.run(LIST6), now, denied);
        return denied;
    }

    /** Reads elements like {@code 192.0.2.1 . tcp . 443 counter packets 2 bytes 120 timeout 1h expires 59m58s}. */
    private static void parse(String listing, Instant now, List<DeniedPackets> denied) {
        int start = listing.indexOf("elements = {");
        if (start < 0) {
            return;
        }
        String elements = listing.substring(start + "elements = {".length(), listing.indexOf('}', start));
        for (String element : elements.split(",", -1)) {
            String[] words = element.strip().split("\\s+", -1);
            Duration left = duration(after(words, "expires"));
            denied.add(new DeniedPackets(
                    InetAddress.ofLiteral(words[0]),
                    words[2],
                    Integer.parseInt(words[4]),
                    Long.parseLong(after(words, "packets")),
                    now.minus(KEPT.minus(left))));
        }
    }

    private static String after(String[] words, String key) {
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].equals(key)) {
                return words[i + 1];
            }
        }
        return "0";
    }

    /** A duration as nft prints it: {@code 59m58s120ms}. */
    private static Duration duration(String text) {
        Duration sum = Duration.ZERO;
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isDigit(text.charAt(i))) {
                long amount = Long.parseLong(text.substring(digits, i));
                boolean millis = text.startsWith("ms", i);
                sum = sum.plus(
                        millis
                                ? Duration.ofMillis(amount)
                                : unit(text.charAt(i)).multipliedBy(amount));
                i += millis ? 1 : 0;
                digits = i + 1;
            }
        }
        return sum;
    }

    private static Duration unit(char unit) {
        return switch (unit) {
            case 'd' -> Duration.ofDays(1);
            case 'h' -> Duration.ofHours(1);
            case 'm' -> Duration.ofMinutes(1);
            default -> Duration.ofSeconds(1);
        };
    }
}
