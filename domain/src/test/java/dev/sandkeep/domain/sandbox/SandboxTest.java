package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.sandbox.SandboxException.IllegalTransition;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.domain.sandbox.TransitionTable.Cell;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every event makes of a sandbox in every state. */
class SandboxTest {

    private static final Instant BEFORE = Instant.parse("2030-01-01T12:00:00Z");
    private static final Instant NOW = BEFORE.plusSeconds(60);
    private static final Instant RENEWED = NOW.plusSeconds(7200);
    private static final Metadata RELABELLED = new Metadata(Map.of("team", "b"));

    /** The user's and the server's doing. "same" is the very same object: there is nothing to store. */
    private static final TransitionTable OPERATIONS = new TransitionTable("""
                   | started | progressed | provisioningFailed | beginPause | paused  | beginResume | resumed | beginStop by user | beginStop by expiry | stopped    | renew      | changeMetadata | changeNetworkPolicy
        Pending    | Running | Pending    | Failed             | illegal    | same    | illegal     | same    | Stopping          | Stopping            | illegal    | Pending    | Pending        | Pending
        Running    | same    | illegal    | illegal            | Pausing    | same    | same        | same    | Stopping          | Stopping            | illegal    | Running    | Running        | Running
        Pausing    | illegal | illegal    | illegal            | same       | Paused  | illegal     | same    | Stopping          | Stopping            | illegal    | Pausing    | Pausing        | Pausing
        Paused     | illegal | illegal    | illegal            | same       | same    | Resuming    | same    | Stopping          | Stopping            | illegal    | Paused     | Paused         | Paused
        Resuming   | illegal | illegal    | illegal            | illegal    | same    | same        | Running | Stopping          | Stopping            | illegal    | Resuming   | Resuming       | Resuming
        Stopping   | illegal | illegal    | illegal            | illegal    | same    | illegal     | same    | Stopping          | same                | Terminated | illegal    | Stopping       | illegal
        Terminated | illegal | illegal    | illegal            | illegal    | same    | illegal     | same    | Terminated        | same                | same       | illegal    | Terminated     | illegal
        Failed     | illegal | illegal    | illegal            | illegal    | same    | illegal     | same    | Failed            | same                | same       | illegal    | Failed         | illegal
        """);

    private static final Map<String, BiFunction<Sandbox, Instant, Sandbox>> OPERATION = Map.ofEntries(
            Map.entry("started", Sandbox::started),
            Map.entry("progressed", (sandbox, _) -> sandbox.progressed(StatusReason.PROVISIONING, "Pulling")),
            Map.entry(
                    "provisioningFailed",
                    (sandbox, now) -> sandbox.provisioningFailed(StatusReason.IMAGE_PULL_FAILED, "No such image", now)),
            Map.entry("beginPause", (sandbox, now) -> sandbox.beginPause(PausedTime.COUNTS, now)),
            Map.entry("paused", Sandbox::paused),
            Map.entry("beginResume", Sandbox::beginResume),
            Map.entry("resumed", Sandbox::resumed),
            Map.entry("beginStop by user", (sandbox, now) -> sandbox.beginStop(StopCause.USER_DELETE, now)),
            Map.entry("beginStop by expiry", (sandbox, now) -> sandbox.beginStop(StopCause.TTL_EXPIRY, now)),
            Map.entry("stopped", Sandbox::stopped),
            Map.entry("renew", (sandbox, now) -> sandbox.renew(RENEWED, now)),
            Map.entry("changeMetadata", (sandbox, _) -> sandbox.changeMetadata(RELABELLED)),
            Map.entry("changeNetworkPolicy", (sandbox, _) -> sandbox.changeNetworkPolicy(sandbox.networkPolicy())));

    /** What the runtime shows. Nothing that it shows is illegal, and no state moves backwards. */
    private static final TransitionTable OBSERVATIONS = new TransitionTable("""
                   | Created | Running | Paused | Exited 0   | Exited 3 | Out of memory | No entrypoint | Unguarded | Evicted | Remnant | Missing
        Pending    | same    | Running | same   | Terminated | Failed   | Failed        | Failed        | same      | same    | same    | same
        Running    | same    | same    | Paused | Terminated | Failed   | Failed        | Failed        | Failed    | Failed  | Failed  | Failed
        Pausing    | same    | same    | Paused | Terminated | Failed   | Failed        | Failed        | Failed    | Failed  | Failed  | Failed
        Paused     | same    | Running | same   | Terminated | Failed   | Failed        | Failed        | Failed    | Failed  | Failed  | Failed
        Resuming   | same    | Running | same   | Terminated | Failed   | Failed        | Failed        | Failed    | Failed  | Failed  | Failed
        Stopping   | same    | same    | same   | same       | same     | same          | same          | same      | same    | same    | same
        Terminated | same    | same    | same   | same       | same     | same          | same          | same      | same    | same    | same
        Failed     | same    | same    | same   | same       | same     | same          | same          | same      | same    | same    | same
        """);

    private static final Map<String, Observation> OBSERVATION = Map.ofEntries(
            Map.entry("Created", new Observation.Created()),
            Map.entry("Running", new Observation.Running()),
            Map.entry("Paused", new Observation.Paused()),
            Map.entry("Exited 0", exited(0, Exit.Cause.PROCESS_ENDED)),
            Map.entry("Exited 3", exited(3, Exit.Cause.PROCESS_ENDED)),
            Map.entry("Out of memory", exited(137, Exit.Cause.OUT_OF_MEMORY)),
            Map.entry("No entrypoint", exited(127, Exit.Cause.ENTRYPOINT_NOT_FOUND)),
            Map.entry("Unguarded", new Observation.Unguarded("The guard ended")),
            Map.entry("Evicted", new Observation.Evicted("The node was low on memory")),
            Map.entry("Remnant", new Observation.Remnant()),
            Map.entry("Missing", new Observation.Missing()));

    static Stream<Cell> operations() {
        return OPERATIONS.cells();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperation(Cell cell) {
        check(cell, OPERATION.get(cell.event()));
    }

    static Stream<Cell> observations() {
        return OBSERVATIONS.cells();
    }

    @ParameterizedTest
    @MethodSource("observations")
    void anObservation(Cell cell) {
        Observation observation = OBSERVATION.get(cell.event());
        check(cell, (sandbox, now) -> sandbox.observed(observation, now));
    }

    private static void check(Cell cell, BiFunction<Sandbox, Instant, Sandbox> event) {
        Sandbox before = in(cell.state());
        switch (cell.outcome()) {
            case "illegal" ->
                assertThatThrownBy(() -> event.apply(before, NOW))
                        .isInstanceOfSatisfying(
                                IllegalTransition.class,
                                illegal -> assertThat(illegal.state()).isEqualTo(cell.state()))
                        .hasMessageContaining(before.id().value())
                        .hasMessageEndingWith("it is " + cell.state().word());
            case "same" -> assertThat(event.apply(before, NOW)).isSameAs(before);
            default -> checkChange(before, event.apply(before, NOW), cell);
        }
    }

    private static void checkChange(Sandbox before, Sandbox after, Cell cell) {
        boolean moved = after.state().kind() != before.state().kind();
        assertThat(after).isNotSameAs(before);
        assertThat(after.state().kind().word()).isEqualTo(cell.outcome());
        assertThat(after.state().since())
                .as("since moves exactly when the state does")
                .isEqualTo(moved ? NOW : before.state().since());
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.spec().withNetworkPolicy(before.networkPolicy()))
                .isEqualTo(before.spec()
                        .withNetworkPolicy(before.networkPolicy())
                        .withMetadata(
                                cell.event().equals("changeMetadata")
                                        ? RELABELLED
                                        : before.spec().metadata()));
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.deadline())
                .isEqualTo(cell.event().equals("renew") ? Optional.of(Deadline.at(RENEWED)) : before.deadline());
        assertThat(after.version()).isEqualTo(before.version());
    }

    @Test
    void theTablesNameEveryStateInOrder() {
        assertThat(OPERATIONS.cells().map(Cell::state).distinct()).containsExactly(Kind.values());
        assertThat(OBSERVATIONS.cells().map(Cell::state).distinct()).containsExactly(Kind.values());
    }

    /** Whoever adds an operation has to say in the table what it does in every state. */
    @Test
    void theTablesNameEveryOperation() {
        Set<String> named = new TreeSet<>(Set.of("observed", "withVersion", "withNetworkPolicy"));
        OPERATIONS.events().stream()
                .skip(1)
                .map(event -> event.split(" ", 2)[0])
                .forEach(named::add);

        Set<String> existing = new TreeSet<>();
        Arrays.stream(Sandbox.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getReturnType() == Sandbox.class)
                .map(Method::getName)
                .forEach(existing::add);

        assertThat(named).isEqualTo(existing);
    }

    @Test
    void theTablesNameEveryObservationStopCauseAndWayToExit() {
        assertThat(OBSERVATION.values().stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(Observation.class.getPermittedSubclasses());
        assertThat(StopCause.values()).containsExactly(StopCause.USER_DELETE, StopCause.TTL_EXPIRY);
        assertThat(Exit.Cause.values())
                .containsExactly(Exit.Cause.PROCESS_ENDED, Exit.Cause.OUT_OF_MEMORY, Exit.Cause.ENTRYPOINT_NOT_FOUND);
    }

    /** A sandbox in this state since {@link #BEFORE}. */
    static Sandbox in(Kind state) {
        Sandbox pending = SandboxFixture.aSandbox(BEFORE);
        Sandbox running = pending.started(BEFORE);
        Sandbox paused = running.observed(new Observation.Paused(), BEFORE);
        return switch (state) {
            case PENDING -> pending;
            case RUNNING -> running;
            case PAUSING -> running.beginPause(PausedTime.COUNTS, BEFORE);
            case PAUSED -> paused;
            case RESUMING -> paused.beginResume(BEFORE);
            case STOPPING -> running.beginStop(StopCause.TTL_EXPIRY, BEFORE);
            case TERMINATED -> running.observed(OBSERVATION.get("Exited 0"), BEFORE);
            case FAILED -> running.observed(OBSERVATION.get("Missing"), BEFORE);
        };
    }

    private static Observation exited(int code, Exit.Cause cause) {
        return new Observation.Exited(new Exit(code, cause, "bye"));
    }
}
