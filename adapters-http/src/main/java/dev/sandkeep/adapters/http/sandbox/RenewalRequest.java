package dev.sandkeep.adapters.http.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.problem.Problems;
import java.time.Instant;
import java.util.Objects;

/** What a client sends to move a deadline. */
record RenewalRequest(Instant expiresAt) {

    private static final String RULE =
            "must be a date and time as in RFC 3339, for example 2030-01-31T12:00:00Z; without an offset it is in UTC";

    /** @throws dev.sandkeep.domain.problem.InvalidValue naming the field if it is missing or no time */
    static RenewalRequest from(JsonNode body) {
        Problems problems = new Problems();
        JsonObject json = JsonObject.root(body, problems);
        json.require("expiresAt", RULE);
        String text = json.text("expiresAt");
        Instant expiresAt = text == null ? null : Timestamps.find(text).orElse(null);
        if (text != null && expiresAt == null) {
            json.problem("expiresAt", RULE);
        }
        problems.throwIfAny();
        return new RenewalRequest(Objects.requireNonNull(expiresAt));
    }
}
