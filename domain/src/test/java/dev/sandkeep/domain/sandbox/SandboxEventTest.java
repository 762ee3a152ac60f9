package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.SandboxEvent.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SandboxEventTest {

    private static final Instant NOW = Instant.parse("2030-01-01T12:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(5);
    private static final Sandbox PENDING = SandboxFixture.aSandbox(NOW);
    private static final Sandbox RUNNING = PENDING.started(NOW);

    static Stream<Arguments> changes() {
        return Stream.of(
                change(PENDING, sandbox -> sandbox, List.of()),
                change(PENDING, s -> s.withVersion(7), List.of()),
                change(PENDING, s -> s.progressed(StatusReason.PROVISIONING, "Pulling 10%"), List.of()),
                change(
                        PENDING,
                        s -> s.progressed(StatusReason.RUNTIME_UNAVAILABLE, "Waiting"),
                        List.of(Kind.STATE_CHANGED)),
                change(PENDING, s -> s.started(LATER), List.of(Kind.STATE_CHANGED)),
                change(
                        PENDING,
                        s -> s.provisioningFailed(StatusReason.IMAGE_PULL_FAILED, "no", LATER),
                        List.of(Kind.STATE_CHANGED)),
                change(RUNNING, s -> s.beginPause(PausedTime.COUNTS, LATER), List.of(Kind.STATE_CHANGED)),
                change(RUNNING, s -> s.beginStop(StopCause.TTL_EXPIRY, LATER), List.of(Kind.STATE_CHANGED)),
                change(
                        RUNNING,
                        s -> s.beginStop(StopCause.USER_DELETE, LATER),
                        List.of(Kind.DELETION_REQUESTED, Kind.STATE_CHANGED)),
                change(
                        RUNNING.observed(new Observation.Missing(), NOW),
                        s -> s.beginStop(StopCause.USER_DELETE, LATER),
                        List.of(Kind.DELETION_REQUESTED)),
                change(RUNNING, s -> s.changeNetworkPolicy(NetworkPolicy.allowAll()), List.of(Kind.POLICY_CHANGED)));
    }

    private static Arguments change(Sandbox before, UnaryOperator<Sandbox> change, List<Kind> events) {
        return Arguments.of(before, change.apply(before), events);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whatHappenedIsToldInOrder(Sandbox before, Sandbox after, List<Kind> events) {
        assertThat(SandboxEvent.between(before, after))
                .extracting(SandboxEvent::kind)
                .isEqualTo(events);
    }

    @Test
    void aMovedDeadlineAndChangedLabelsAreToldAsTheyAreAfterwards() {
        Instant deadline = NOW.plusSeconds(7200);
        Metadata labels = new Metadata(Map.of("team", "red"));

        assertThat(SandboxEvent.between(RUNNING, RUNNING.renew(deadline, NOW).changeMetadata(labels)))
                .satisfiesExactly(
                        event -> {
                            assertThat(event.kind()).isEqualTo(Kind.METADATA_CHANGED);
                            assertThat(event.metadata()).isEqualTo(labels);
                        },
                        event -> {
                            assertThat(event.kind()).isEqualTo(Kind.EXPIRY_RENEWED);
                            assertThat(event.expiresAt()).isEqualTo(deadline);
                        });
    }

    @Test
    void anEventTellsTheStateAndNoSecret() {
        SandboxEvent created = SandboxEvent.created(PENDING);

        assertThat(created.state()).isEqualTo("Pending");
        assertThat(created.reason()).isEqualTo("provisioning");
        assertThat(created.toString()).doesNotContain("hunter2");
    }
}
