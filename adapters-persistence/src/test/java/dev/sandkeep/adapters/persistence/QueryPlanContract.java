package dev.sandkeep.adapters.persistence;

import static dev.sandkeep.testkit.fixture.Sandboxes.NOW;
import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.application.port.SandboxQuery.Position;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How a database with many sandboxes finds those of a list: by indexes, and never by looking at all of them. */
interface QueryPlanContract {

    DatabaseUnderTest database();

    private String plan(Set<Kind> states, Map<String, String> metadata, @Nullable Position after) {
        String plan = database().plan(new SandboxQuery(states, metadata, 1, 20, after));
        assertThat(plan).doesNotContainIgnoringCase("seq scan").doesNotContainIgnoringCase("tablescan");
        return plan;
    }

    @Test
    default void listsAreReadFromIndexes() {
        database().fill(10_000);
        Position somewhere = new Position(NOW, anId());

        assertThat(plan(Set.of(), Map.of(), null)).containsIgnoringCase("sandbox_by_end");
        assertThat(plan(Set.of(), Map.of(), somewhere)).containsIgnoringCase("sandbox_by_end");
        assertThat(plan(Set.of(Kind.PAUSED), Map.of(), null)).containsIgnoringCase("sandbox_by_state");
        assertThat(plan(Set.of(Kind.PAUSED), Map.of(), somewhere)).containsIgnoringCase("sandbox_by_state");
        assertThat(plan(Set.of(Kind.PAUSED, Kind.FAILED), Map.of(), null)).containsIgnoringCase("sandbox_by_state");
        assertThat(plan(Set.of(), Map.of("team", "t7"), null)).containsIgnoringCase("sandbox_metadata_by_label");
        assertThat(plan(Set.of(), Map.of("team", "t7", "kind", "batch"), somewhere))
                .containsIgnoringCase("sandbox_metadata_by_label");
        assertThat(plan(Set.of(Kind.PAUSED), Map.of("team", "t7"), null))
                .containsIgnoringCase("sandbox_metadata_by_label");
    }
}
