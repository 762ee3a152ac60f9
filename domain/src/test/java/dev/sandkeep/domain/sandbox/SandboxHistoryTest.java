package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a sandbox remembers of what happened to it, and when. */
class SandboxHistoryTest {

    private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(5);
    private static final Instant MUCH_LATER = NOW.plusSeconds(10);

    private final Sandbox pending = SandboxFixture.aSandbox(NOW);
    private final Sandbox running = pending.started(NOW);

    @Test
    void aNewSandboxIsPendingAndExpiresAfterItsTimeout() {
        assertThat(pending.state())
                .isEqualTo(new SandboxState.Pending(NOW, StatusReason.PROVISIONING, "Sandbox is being provisioned"));
        assertThat(pending.createdAt()).isEqualTo(NOW);
        assertThat(pending.expiresAt()).contains(NOW.plus(SandboxFixture.TIMEOUT));
        assertThat(pending.deletedAt()).isEmpty();
        assertThat(pending.version()).isZero();
    }

    @Test
    void itIsDueFromItsDeadlineOn() {
        Instant deadline = pending.expiresAt().orElseThrow();

        assertThat(pending.isDue(deadline.minusNanos(1))).isFalse();
        assertThat(pending.isDue(deadline)).isTrue();
        assertThat(pending.isDue(deadline.plusNanos(1))).isTrue();
    }

    @Test
    void withoutATimeoutItIsNeverDue() {
        Sandbox endless = Sandbox.request(SandboxFixture.ID, SandboxFixture.aSpec(), null, NOW);

        assertThat(endless.expiresAt()).isEmpty();
        assertThat(endless.isDue(Instant.MAX)).isFalse();
    }

    @Test
    void anAdoptedSandboxKeepsItsTimesAndIsPendingFromNowOn() {
        Sandbox adopted = Sandbox.adopt(SandboxFixture.ID, SandboxFixture.aSpec(), NOW, LATER, MUCH_LATER);

        assertThat(adopted.createdAt()).isEqualTo(NOW);
        assertThat(adopted.expiresAt()).contains(LATER);
        assertThat(adopted.state().kind()).isEqualTo(Kind.PENDING);
        assertThat(adopted.state().since()).isEqualTo(MUCH_LATER);
    }

    @Test
    void progressIsToldWithoutMovingSince() {
        Sandbox waiting = pending.progressed(StatusReason.RUNTIME_UNAVAILABLE, "Waiting");

        assertThat(waiting.state())
                .isEqualTo(new SandboxState.Pending(NOW, StatusReason.RUNTIME_UNAVAILABLE, "Waiting"));
    }

    @Test
    void theSameProgressAgainIsNothingToStore() {
        Sandbox waiting = pending.progressed(StatusReason.RUNTIME_UNAVAILABLE, "Waiting");

        assertThat(waiting.progressed(StatusReason.RUNTIME_UNAVAILABLE, "Waiting"))
                .isSameAs(waiting);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aDeletionByTheUserIsRememberedInEveryStateAndOnlyOnce(Kind state) {
        Sandbox deleted = SandboxTest.in(state).beginStop(StopCause.USER_DELETE, LATER);

        assertThat(deleted.deletedAt()).contains(LATER);
        assertThat(deleted.beginStop(StopCause.USER_DELETE, MUCH_LATER)).isSameAs(deleted);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anExpiryIsNoDeletion(Kind state) {
        assertThat(SandboxTest.in(state).beginStop(StopCause.TTL_EXPIRY, LATER).deletedAt())
                .isEmpty();
    }

    @Test
    void theFirstDecisionToStopStands() {
        Sandbox expired = running.beginStop(StopCause.TTL_EXPIRY, NOW);
        Sandbox deletedToo = expired.beginStop(StopCause.USER_DELETE, LATER);

        assertThat(deletedToo.state()).isEqualTo(expired.state());
        assertThat(deletedToo.stopped(MUCH_LATER).state())
                .isEqualTo(new SandboxState.Terminated(
                        MUCH_LATER, StatusReason.TTL_EXPIRY, "Sandbox reached its expiration time", null));
    }

    @Test
    void aDeletedSandboxSaysSoWhileAndAfterItStops() {
        Sandbox stopping = running.beginStop(StopCause.USER_DELETE, LATER);

        assertThat(stopping.state().message()).isEqualTo("Sandbox is being deleted");
        assertThat(stopping.stopped(MUCH_LATER).state())
                .isEqualTo(
                        new SandboxState.Terminated(MUCH_LATER, StatusReason.USER_DELETE, "Sandbox was deleted", null));
    }

    @Test
    void aFailureToProvisionKeepsItsReasonAndWords() {
        assertThat(pending.provisioningFailed(StatusReason.IMAGE_PULL_FAILED, "No such image", LATER)
                        .state())
                .isEqualTo(new SandboxState.Failed(LATER, StatusReason.IMAGE_PULL_FAILED, "No such image", null));
    }

    @Test
    void aSandboxThatVanishedSaysSomebodyElseRemovedIt() {
        SandboxState lost = running.observed(new Observation.Missing(), LATER).state();

        assertThat(lost.reason()).isEqualTo(StatusReason.RUNTIME_ERROR);
        assertThat(lost.message()).contains("removed from the runtime by somebody else");
        assertThat(lost.exitCode()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"TERMINATED", "FAILED"})
    void theseStatesAreTheEnd(Kind state) {
        assertThat(SandboxTest.in(state).state().ended()).isTrue();
        assertThat(SandboxTest.in(state).state().wanted()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = Mode.EXCLUDE,
            names = {"TERMINATED", "FAILED"})
    void theOthersAreNotAndAllButStoppingAreWanted(Kind state) {
        assertThat(SandboxTest.in(state).state().ended()).isFalse();
        assertThat(SandboxTest.in(state).state().wanted()).isEqualTo(state != Kind.STOPPING);
    }

    @Test
    void storageGivesItAVersionAndGetsItBackWhole() {
        Sandbox stored = running.beginStop(StopCause.USER_DELETE, LATER).withVersion(7);
        Sandbox restored = Sandbox.restore(
                stored.id(),
                stored.spec(),
                stored.state(),
                stored.createdAt(),
                Deadline.at(LATER),
                MUCH_LATER,
                3,
                stored.version());

        assertThat(restored.version()).isEqualTo(7);
        assertThat(restored.policyRevision()).isEqualTo(3);
        assertThat(restored.state()).isEqualTo(stored.state());
        assertThat(restored.expiresAt()).contains(LATER);
        assertThat(restored.deletedAt()).contains(MUCH_LATER);
    }

    @Test
    void aChangedPolicyHasALaterRevisionAndLeavesTheRestAlone() {
        NetworkPolicy closed = new NetworkPolicy(Action.DENY, List.of());
        Sandbox changed = running.changeNetworkPolicy(closed);

        assertThat(changed.networkPolicy()).isEqualTo(closed);
        assertThat(changed.policyRevision()).isEqualTo(running.policyRevision() + 1);
        assertThat(changed.spec()).isEqualTo(running.spec().withNetworkPolicy(closed));
        assertThat(changed.state()).isEqualTo(running.state());
    }

    @Test
    void withoutItsGuardItHasFailedForThatReason() {
        SandboxState ended = running.observed(new Observation.Unguarded("The guard ended"), LATER)
                .state();

        assertThat(ended.kind()).isEqualTo(Kind.FAILED);
        assertThat(ended.reason()).isEqualTo(StatusReason.NETWORK_GUARD_LOST);
        assertThat(ended.message()).isEqualTo("The guard ended");
    }

    @Test
    void itsTextTellsNeitherSpecNorSecrets() {
        assertThat(running).hasToString("Sandbox[" + SandboxFixture.ID + " Running v0]");
    }
}
