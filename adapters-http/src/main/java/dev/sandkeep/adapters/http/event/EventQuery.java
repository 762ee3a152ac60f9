package dev.sandkeep.adapters.http.event;

import dev.sandkeep.adapters.http.sandbox.MetadataFilter;
import dev.sandkeep.application.journal.EventFilter;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client that watches asks for.
 *
 * @param after the number of the last event that it knows, or null to begin with the next one
 */
record EventQuery(@Nullable Long after, EventFilter filter) {

    static final String LAST_EVENT_ID = "Last-Event-ID";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    /**
     * @param lastEventIds the values of the header, which wins: a browser that reconnects sends it to the same address
     * @param parameters the decoded values of each query parameter
     * @throws dev.sandkeep.domain.problem.InvalidValue naming everything that is wrong
     */
    static EventQuery from(List<String> lastEventIds, Map<String, List<String>> parameters) {
        Problems problems = new Problems();
        Long fromHeader = number(LAST_EVENT_ID, lastEventIds, problems);
        Long fromQuery = number("after", parameters.getOrDefault("after", List.of()), problems);
        SandboxId sandbox = sandbox(parameters.getOrDefault("sandboxId", List.of()), problems);
        Map<String, String> labels = MetadataFilter.parse(parameters.getOrDefault("metadata", List.of()));
        problems.throwIfAny();
        return new EventQuery(fromHeader == null ? fromQuery : fromHeader, new EventFilter(sandbox, labels));
    }

    static @Nullable Long number(String name, List<String> given, Problems problems) {
        if (given.isEmpty()) {
            return null;
        }
        if (given.size() > 1 || !NUMBER.matcher(given.getFirst()).matches()) {
            problems.add(name, "must be given once, the sequence number of an event, or 0 for the oldest that is kept");
            return null;
        }
        return Long.valueOf(given.getFirst());
    }

    private static @Nullable SandboxId sandbox(List<String> given, Problems problems) {
        if (given.isEmpty()) {
            return null;
        }
        SandboxId id = given.size() == 1 ? SandboxId.find(given.getFirst()).orElse(null) : null;
        if (id == null) {
            problems.add("sandboxId", "must be given once, the id of a sandbox");
        }
        return id;
    }
}
