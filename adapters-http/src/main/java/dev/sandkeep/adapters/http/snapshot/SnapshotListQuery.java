package dev.sandkeep.adapters.http.snapshot;

import dev.sandkeep.adapters.http.sandbox.PageParameters;
import dev.sandkeep.application.port.SnapshotQuery;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.snapshot.SnapshotState;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a list request.
 *
 * @param query what to look for
 * @param matchesNothing whether something was asked for that no snapshot can ever have
 */
record SnapshotListQuery(SnapshotQuery query, boolean matchesNothing) {

    /**
     * The query in these parameters.
     *
     * @param parameters the decoded values of each parameter
     * @throws dev.sandkeep.domain.problem.InvalidValue naming every wrong parameter
     */
    static SnapshotListQuery from(Map<String, List<String>> parameters) {
        Problems problems = new Problems();
        PageParameters page = PageParameters.from(parameters, problems);
        String sandbox = one(parameters, "sandboxId", problems);
        String name = one(parameters, "name", problems);
        problems.throwIfAny();
        List<String> states = parameters.getOrDefault("state", List.of()).stream()
                .filter(state -> !state.isBlank())
                .toList();
        Set<SnapshotState.Kind> known = known(states);
        SandboxId sandboxId = sandbox == null ? null : SandboxId.find(sandbox).orElse(null);
        return new SnapshotListQuery(
                new SnapshotQuery(sandboxId, name, known, page.page(), page.pageSize()),
                (sandbox != null && sandboxId == null) || (!states.isEmpty() && known.isEmpty()));
    }

    private static @Nullable String one(Map<String, List<String>> parameters, String name, Problems problems) {
        List<String> given = parameters.getOrDefault(name, List.of()).stream()
                .filter(text -> !text.isBlank())
                .toList();
        if (given.size() > 1 || given.stream().anyMatch(text -> text.indexOf('\0') >= 0)) {
            problems.add(name, "must be given once");
        }
        return given.isEmpty() ? null : given.getFirst();
    }

    private static Set<SnapshotState.Kind> known(List<String> states) {
        Set<SnapshotState.Kind> known = EnumSet.noneOf(SnapshotState.Kind.class);
        Arrays.stream(SnapshotState.Kind.values())
                .filter(kind -> states.contains(kind.word()))
                .forEach(known::add);
        return known;
    }
}
