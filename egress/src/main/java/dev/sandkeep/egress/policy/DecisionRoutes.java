package dev.sandkeep.egress.policy;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sandkeep.domain.network.Action;
import dev.sandkeep.egress.decision.Decision;
import dev.sandkeep.egress.filter.DeniedPackets;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The call of {@code /decisions}: what was decided about names, and which packets were refused. */
final class DecisionRoutes {

    static final String METHODS = "GET";

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 5000;

    /** A decision about a name or about packets, told apart by whether there is a protocol. */
    private record Line(
            Instant time,
            String target,
            Action action,
            String reason,
            @Nullable String protocol,
            int port,
            long count) {

        static Line of(Decision decision) {
            return new Line(decision.time(), decision.name().value(), decision.action(), decision.reason(), null, 0, 1);
        }

        void write(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeStringField("time", time.toString());
            json.writeStringField("kind", protocol == null ? "name" : "address");
            json.writeStringField("target", target);
            json.writeStringField("verdict", action.word());
            json.writeStringField("reason", reason);
            if (protocol != null) {
                json.writeStringField("protocol", protocol);
                json.writeNumberField("port", port);
                json.writeNumberField("packets", count);
            }
            json.writeEndObject();
        }
    }

    private final PolicyInForce policy;

    DecisionRoutes(PolicyInForce policy) {
        this.policy = policy;
    }

    /** The body of the answer. */
    byte[] answer(Call call) throws RefusedCall, IOException {
        if (!call.method().equals("GET")) {
            throw RefusedCall.methodNotAllowed(METHODS);
        }
        int limit = DEFAULT_LIMIT;
        Action only = null;
        for (String parameter : call.query().split("&", -1)) {
            if (parameter.startsWith("limit=")) {
                limit = limit(parameter.substring("limit=".length()));
            } else if (parameter.startsWith("verdict=")) {
                only = verdict(parameter.substring("verdict=".length()));
            }
        }
        return write(lines(only), limit);
    }

    private static int limit(String text) throws RefusedCall {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // Told below, like a number out of range.
        }
        throw RefusedCall.invalid("limit: must be a number from 1 to " + MAX_LIMIT);
    }

    private static Action verdict(String text) throws RefusedCall {
        return switch (text) {
            case "allow" -> Action.ALLOW;
            case "deny" -> Action.DENY;
            default -> throw RefusedCall.invalid("verdict: must be allow or deny");
        };
    }

    private List<Line> lines(@Nullable Action only) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Decision decision : policy.log().latest()) {
            if (only == null || only == decision.action()) {
                lines.add(Line.of(decision));
            }
        }
        if (only != Action.ALLOW) {
            for (DeniedPackets denied : policy.deniedPackets()) {
                lines.add(new Line(
                        denied.last(),
                        denied.address().getHostAddress(),
                        Action.DENY,
                        policy.whyDenied(denied),
                        denied.protocol(),
                        denied.port(),
                        denied.count()));
            }
        }
        lines.sort(Comparator.comparing(Line::time).reversed());
        return lines;
    }

    private byte[] write(List<Line> lines, int limit) {
        return Json.write(json -> {
            json.writeObjectFieldStart("counters");
            json.writeNumberField("allowed", policy.log().count(Action.ALLOW));
            json.writeNumberField("denied", policy.log().count(Action.DENY));
            json.writeEndObject();
            json.writeArrayFieldStart("decisions");
            for (Line line : lines.subList(0, Math.min(limit, lines.size()))) {
                line.write(json);
            }
            json.writeEndArray();
        });
    }
}
