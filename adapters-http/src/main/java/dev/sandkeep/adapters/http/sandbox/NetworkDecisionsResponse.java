package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.application.port.NetworkDecisions;
import dev.sandkeep.domain.network.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was decided about the outbound traffic of a sandbox, newest first. */
record NetworkDecisionsResponse(List<Decision> decisions, Counters counters) {

    record Decision(
            String time,
            String verdict,
            String target,
            String protocol,
            @Nullable Integer port,
            String reason) {}

    record Counters(long allowed, long denied) {}

    static NetworkDecisionsResponse from(NetworkDecisions decisions) {
        return new NetworkDecisionsResponse(
                decisions.recent().stream()
                        .map(decision -> new Decision(
                                Timestamps.format(decision.at()),
                                word(decision.verdict()),
                                decision.target(),
                                decision.protocol(),
                                decision.port(),
                                decision.reason()))
                        .toList(),
                new Counters(decisions.allowed(), decisions.denied()));
    }

    private static String word(Action action) {
        return action == Action.ALLOW ? "allow" : "deny";
    }
}
