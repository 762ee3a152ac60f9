package dev.sandkeep.adapters.http.diagnostics;

import dev.sandkeep.adapters.http.sandbox.Timestamps;
import dev.sandkeep.application.port.NetworkDecisions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One decision about outbound traffic, among events. */
record DecisionLine(
        String type,
        String time,
        String verdict,
        String target,
        String protocol,
        @Nullable Integer port,
        String reason) {

    static DecisionLine from(NetworkDecisions.Decision decision) {
        return new DecisionLine(
                "network_decision",
                Timestamps.format(decision.at()),
                decision.verdict().name().toLowerCase(Locale.ROOT),
                decision.target(),
                decision.protocol(),
                decision.port(),
                decision.reason());
    }
}
