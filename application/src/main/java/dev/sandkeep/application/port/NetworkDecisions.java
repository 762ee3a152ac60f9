package dev.sandkeep.application.port;

import dev.sandkeep.domain.network.Action;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about the outbound traffic of one sandbox.
 *
 * @param recent the newest first
 * @param allowed how many look-ups of names were allowed in all
 * @param denied how many look-ups and packets were denied in all
 */
public record NetworkDecisions(List<Decision> recent, long allowed, long denied) {

    private static final NetworkDecisions NONE = new NetworkDecisions(List.of(), 0, 0);

    public NetworkDecisions {
        recent = List.copyOf(recent);
    }

    /**
     * One decision.
     *
     * @param target the name that was looked up, or the address that packets were sent to
     * @param protocol {@code dns} for a name, else {@code tcp}, {@code udp}, {@code icmp}, ...
     * @param port where the packets were sent, or null for a name and for protocols without ports
     * @param reason which rule decided, or that it was the default action, in a few words
     */
    public record Decision(
            Instant at,
            Action verdict,
            String target,
            String protocol,
            @Nullable Integer port,
            String reason) {}

    /** Nothing was decided, since there was never a policy to decide by. */
    public static NetworkDecisions none() {
        return NONE;
    }
}
