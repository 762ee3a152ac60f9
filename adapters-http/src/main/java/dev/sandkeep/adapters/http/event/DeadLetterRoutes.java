package dev.sandkeep.adapters.http.event;

import dev.sandkeep.adapters.http.Routes;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.adapters.http.sandbox.Timestamps;
import dev.sandkeep.application.journal.FindDeadLetters;
import dev.sandkeep.application.journal.RetryDeadLetter;
import dev.sandkeep.application.port.WebhookCursors.DeadLetter;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What receivers of webhooks did not take, for whoever operates the server. */
public final class DeadLetterRoutes implements Routes {

    private static final List<String> PREFIXES = List.of("/v1", "");
    private static final int MOST = 1000;

    private final FindDeadLetters findDeadLetters;
    private final RetryDeadLetter retryDeadLetter;

    public DeadLetterRoutes(FindDeadLetters findDeadLetters, RetryDeadLetter retryDeadLetter) {
        this.findDeadLetters = findDeadLetters;
        this.retryDeadLetter = retryDeadLetter;
    }

    private record Letter(String endpoint, long sequence, int attempts, String reason, String buriedAt) {
        static Letter from(DeadLetter letter) {
            return new Letter(
                    letter.endpoint().toString(),
                    letter.number(),
                    letter.attempts(),
                    letter.reason(),
                    Timestamps.format(letter.buriedAt()));
        }
    }

    private record Letters(List<Letter> items) {}

    private record Retried(boolean taken, @Nullable String reason) {}

    @Override
    public void addTo(RoutesConfig routes) {
        for (String prefix : PREFIXES) {
            Routes.get(routes, prefix + "/admin/webhooks/dead-letters", this::list);
            routes.post(prefix + "/admin/webhooks/dead-letters/retry", this::retry);
        }
    }

    private void list(Context context) {
        answer(
                context,
                new Letters(
                        findDeadLetters.list(MOST).stream().map(Letter::from).toList()));
    }

    private void retry(Context context) {
        Problems problems = new Problems();
        JsonObject body = JsonObject.root(Json.parse(context.bodyAsBytes()), problems);
        String endpoint = body.text("endpoint");
        String sequence = body.text("sequence");
        if (endpoint == null) {
            problems.add("endpoint", "must be the one of a dead letter");
        }
        if (sequence == null || !sequence.matches("\\d{1,18}")) {
            problems.add("sequence", "must be that of a dead letter, as a string");
        }
        problems.throwIfAny();
        URI address = address(Objects.requireNonNull(endpoint));
        answer(
                context,
                switch (retryDeadLetter.retry(address, Long.parseLong(Objects.requireNonNull(sequence)))) {
                    case RetryDeadLetter.Outcome.Taken _ -> new Retried(true, null);
                    case RetryDeadLetter.Outcome.Refused refused -> new Retried(false, refused.reason());
                    case RetryDeadLetter.Outcome.Unknown _ ->
                        new Retried(
                                false, "there is no such letter, or its event or its receiver is not known any more");
                });
    }

    private static URI address(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidValue("endpoint", "must be the one of a dead letter");
        }
    }

    private static void answer(Context context, Object body) {
        context.contentType("application/json").result(Json.write(body));
    }
}
