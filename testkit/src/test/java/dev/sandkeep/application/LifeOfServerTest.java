package dev.sandkeep.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.application.LifeOfServer.Happening;
import dev.sandkeep.application.port.ObservedSandbox;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever happens, in whatever order: once the server is left alone, records and runtime agree, and rightly so. */
class LifeOfServerTest {

    record Step(Happening what, int number) {}

    @Provide
    Arbitrary<List<Step>> lives() {
        return Combinators.combine(
                        Arbitraries.of(Happening.class), Arbitraries.integers().between(0, 120))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    @Property(tries = 1000)
    void aContainerIsThereExactlyIfItsRecordIsLive(@ForAll("lives") List<Step> life) {
        LifeOfServer server = lived(life);

        Set<SandboxId> there =
                server.runtime.observeAll().stream().map(ObservedSandbox::id).collect(Collectors.toSet());
        Set<SandboxId> live =
                server.repository.listLive().stream().map(Sandbox::id).collect(Collectors.toSet());
        assertThat(there).isEqualTo(live);
    }

    @Property(tries = 1000)
    void aSandboxIsFrozenExactlyIfItsRecordSaysSo(@ForAll("lives") List<Step> life) {
        LifeOfServer server = lived(life);

        for (Sandbox live : server.repository.listLive()) {
            assertThat(server.runtime.observe(live.id()) instanceof Observation.Paused)
                    .isEqualTo(live.state() instanceof SandboxState.Paused);
        }
    }

    @Property(tries = 1000)
    void noSandboxEndsWithoutAReason(@ForAll("lives") List<Step> life) {
        LifeOfServer server = lived(life);

        for (SandboxId id : server.created) {
            Sandbox sandbox = server.repository.find(id).orElseThrow();
            checkReason(sandbox, server);
        }
    }

    @Property(tries = 1000)
    void everySandboxThatShouldEndHasEnded(@ForAll("lives") List<Step> life) {
        LifeOfServer server = lived(life);

        for (Sandbox live : server.repository.listLive()) {
            assertThat(live.isDue(server.clock.instant())).isFalse();
            assertThat(server.confirmed).doesNotContain(live.id());
            assertThat(live.state()).isNotInstanceOf(SandboxState.Stopping.class);
            assertThat(live.state()).isNotInstanceOf(SandboxState.Pending.class);
            assertThat(live.state()).isNotInstanceOf(SandboxState.Pausing.class);
            assertThat(live.state()).isNotInstanceOf(SandboxState.Resuming.class);
        }
    }

    private static LifeOfServer lived(List<Step> life) {
        LifeOfServer server = new LifeOfServer();
        life.forEach(step -> server.happen(step.what(), step.number()));
        server.settle();
        return server;
    }

    private static void checkReason(Sandbox sandbox, LifeOfServer server) {
        SandboxState state = sandbox.state();
        switch (state.reason()) {
            case USER_DELETE -> assertThat(server.deleted).contains(sandbox.id());
            case TTL_EXPIRY ->
                assertThat(state.since()).isAfterOrEqualTo(sandbox.expiresAt().orElseThrow());
            case EXITED ->
                assertThat(server.harmed.get(sandbox.id()))
                        .isEqualTo(new Observation.Exited(new Exit(state.exitCode(), Exit.Cause.PROCESS_ENDED, null)));
            case RUNTIME_ERROR -> assertThat(server.harmed).containsEntry(sandbox.id(), new Observation.Missing());
            default -> assertThat(state.ended()).isFalse();
        }
    }
}
