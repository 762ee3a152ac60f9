package dev.sandkeep.adapters.http.error;

import static dev.sandkeep.testkit.fixture.Sandboxes.anId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problem;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.snapshot.SnapshotException;
import dev.sandkeep.domain.snapshot.SnapshotReason;
import dev.sandkeep.domain.snapshot.SnapshotState;
import io.javalin.http.NotFoundResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProblemMapperTest {

    private static final SnapshotId SNAPSHOT = new SnapshotId("11111111-1111-4111-8111-111111111111");

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureHasItsStatusAndCode(Throwable failure, int status, ErrorCode code) {
        ErrorAnswer answer = ProblemMapper.map(failure);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().code()).isEqualTo(code);
        assertThat(answer.body().message()).isNotBlank().doesNotContain("10.0.0.1");
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(new InvalidValue("timeout", "must be a number"), 400, ErrorCode.INVALID_REQUEST),
                arguments(refused(ErrorCode.INVALID_METADATA_FORMAT), 400, ErrorCode.INVALID_METADATA_FORMAT),
                arguments(refused(ErrorCode.UNAUTHENTICATED), 401, ErrorCode.UNAUTHENTICATED),
                arguments(new SandboxException.Unsupported("no"), 409, ErrorCode.UNSUPPORTED_BY_RUNTIME),
                arguments(new SandboxException.PolicyUnenforceable(), 400, ErrorCode.NETWORK_POLICY_UNSUPPORTED),
                arguments(new SandboxException.NotFound("x"), 404, ErrorCode.SANDBOX_NOT_FOUND),
                arguments(new NotFoundResponse(), 404, ErrorCode.NOT_FOUND),
                arguments(new SandboxException.Stale(anId()), 409, ErrorCode.ILLEGAL_STATE),
                arguments(
                        new SandboxException.IllegalTransition(anId(), SandboxState.Kind.PAUSED, "start"),
                        409,
                        ErrorCode.ILLEGAL_STATE),
                arguments(new SandboxException.IdempotencyKeyReused(), 409, ErrorCode.IDEMPOTENCY_KEY_REUSED),
                arguments(
                        new SandboxException.Overloaded("full", Duration.ofSeconds(7)),
                        429,
                        ErrorCode.TOO_MANY_REQUESTS),
                arguments(
                        new SandboxException.LaunchFailed(StatusReason.RUNTIME_ERROR, "at 10.0.0.1", null),
                        500,
                        ErrorCode.INTERNAL_ERROR),
                arguments(new SnapshotException.NotFound("x"), 404, ErrorCode.SNAPSHOT_NOT_FOUND),
                arguments(
                        new SnapshotException.IllegalTransition(SNAPSHOT, SnapshotState.Kind.CREATING, "delete"),
                        409,
                        ErrorCode.ILLEGAL_STATE),
                arguments(
                        new SnapshotException.NotReady(SNAPSHOT, SnapshotState.Kind.FAILED),
                        409,
                        ErrorCode.SNAPSHOT_NOT_READY),
                arguments(new SnapshotException.InUse(SNAPSHOT), 409, ErrorCode.SNAPSHOT_IN_USE),
                arguments(new SnapshotException.Stale(SNAPSHOT), 409, ErrorCode.ILLEGAL_STATE),
                arguments(
                        new SnapshotException.Overloaded("full", Duration.ofSeconds(7)),
                        429,
                        ErrorCode.TOO_MANY_REQUESTS),
                arguments(
                        new SnapshotException.SaveFailed(SnapshotReason.SNAPSHOT_RUNTIME_FAILED, "at 10.0.0.1", null),
                        500,
                        ErrorCode.INTERNAL_ERROR),
                arguments(new IllegalStateException("at 10.0.0.1"), 500, ErrorCode.INTERNAL_ERROR),
                arguments(new StackOverflowError(), 500, ErrorCode.INTERNAL_ERROR),
                arguments(
                        new SandboxException.RuntimeUnavailable("connection to 10.0.0.1 refused", null),
                        503,
                        ErrorCode.RUNTIME_UNAVAILABLE));
    }

    private static RefusedRequest refused(ErrorCode code) {
        return new RefusedRequest(code, "refused");
    }

    @Test
    void whatIsBusyOrAwayComesWithATimeToTryAgain() {
        assertThat(ProblemMapper.map(new SandboxException.Overloaded("full", Duration.ofSeconds(7)))
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(ProblemMapper.map(new SandboxException.RuntimeUnavailable("away", null))
                        .retryAfter())
                .isPositive();
    }

    @Test
    void allProblemsAreInOneMessage() {
        InvalidValue invalid = new InvalidValue(List.of(new Problem("a", "is wrong"), new Problem("b.c", "is bad")));

        assertThat(ProblemMapper.map(invalid).body().message()).isEqualTo("a: is wrong; b.c: is bad");
    }

    @Test
    void theMessageStaysShortHoweverManyProblemsThereAre() {
        InvalidValue invalid = new InvalidValue(IntStream.range(0, 500)
                .mapToObj(i -> new Problem("entrypoint[" + i + "]", "must be a string"))
                .toList());

        assertThat(ProblemMapper.map(invalid).body().message())
                .contains("entrypoint[19]: must be a string; and 480 more")
                .doesNotContain("entrypoint[20]");
    }

    @Test
    void aFieldNameOfTheClientsMakingCannotReachATerminal() {
        InvalidValue invalid = new InvalidValue("env.\u001b[31m\n" + "x".repeat(500), "must be a string");

        assertThat(ProblemMapper.map(invalid).body().message())
                .startsWith("env.?[31m?xxx")
                .hasSizeLessThan(150);
    }
}
