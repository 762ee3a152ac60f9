package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.adapters.http.error.RefusedRequest;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxQuery.Position;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a list request.
 *
 * @param query what to look for
 * @param matchesNothing whether states were asked for, and no sandbox can ever be in one of them
 */
record ListQuery(SandboxQuery query, boolean matchesNothing) {

    /**
     * @param parameters the decoded values of each parameter
     * @throws dev.sandkeep.domain.problem.InvalidValue naming every wrong parameter
     * @throws RefusedRequest if the metadata filter cannot be read
     */
    static ListQuery from(Map<String, List<String>> parameters) {
        Problems problems = new Problems();
        List<String> states = parameters.getOrDefault("state", List.of()).stream()
                .filter(state -> !state.isBlank())
                .toList();
        PageParameters page = PageParameters.from(parameters, problems);
        Map<String, String> metadata = MetadataFilter.parse(parameters.getOrDefault("metadata", List.of()));
        Position after = cursor(parameters, problems);
        problems.throwIfAny();
        Set<SandboxState.Kind> known = known(states);
        return new ListQuery(
                new SandboxQuery(known, metadata, page.page(), page.pageSize(), after),
                !states.isEmpty() && known.isEmpty());
    }

    private static Set<SandboxState.Kind> known(List<String> states) {
        Set<SandboxState.Kind> known = EnumSet.noneOf(SandboxState.Kind.class);
        Arrays.stream(SandboxState.Kind.values())
                .filter(kind -> states.stream().anyMatch(kind.word()::equalsIgnoreCase))
                .forEach(known::add);
        return known;
    }

    private static @Nullable Position cursor(Map<String, List<String>> parameters, Problems problems) {
        List<String> given = parameters.getOrDefault("cursor", List.of());
        if (given.isEmpty()) {
            return null;
        }
        if (parameters.containsKey("page")) {
            problems.add("page", "must not be given together with cursor");
        }
        Optional<Position> position = given.size() == 1 ? ListCursor.find(given.getFirst()) : Optional.empty();
        if (position.isEmpty()) {
            problems.add("cursor", "must be the nextCursor of an earlier answer");
        }
        return position.orElse(null);
    }
}
