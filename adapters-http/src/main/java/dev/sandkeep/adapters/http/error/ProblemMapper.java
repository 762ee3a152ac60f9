package dev.sandkeep.adapters.http.error;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problem;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.snapshot.SnapshotException;
import io.javalin.http.HttpResponseException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From what went wrong to what the client is told: the only place that knows the status codes of errors. */
public final class ProblemMapper {

    private static final Logger log = LoggerFactory.getLogger(ProblemMapper.class);
    private static final int MOST_PROBLEMS = 20;
    private static final int LONGEST_FIELD = 100;
    private static final int LONGEST_LOGGED = 1000;
    private static final Duration SANDBOX_RETRY = Duration.ofSeconds(1);
    private static final Duration RUNTIME_RETRY = Duration.ofSeconds(5);

    private ProblemMapper() {}

    /** The answer, after noting in the log what the operator should know. */
    public static ErrorAnswer map(Throwable failure) {
        return switch (failure) {
            case SandboxException sandbox -> map(sandbox);
            case SnapshotException snapshot -> map(snapshot);
            case ExecException exec -> map(exec);
            case InvalidValue invalid -> answer(ErrorCode.INVALID_REQUEST, describe(invalid.problems()));
            case RefusedRequest refused -> answer(refused.code(), text(refused));
            case BackendFailure backend -> answer(backend.code(), text(backend), backend.retryAfter());
            case HttpResponseException http -> ofStatus(http.getStatus());
            default -> fault(failure);
        };
    }

    private static ErrorAnswer map(SandboxException failure) {
        return switch (failure) {
            case SandboxException.NotFound e -> answer(ErrorCode.SANDBOX_NOT_FOUND, text(e));
            case SandboxException.IllegalTransition e -> answer(ErrorCode.ILLEGAL_STATE, text(e));
            case SandboxException.NoDeadline e -> answer(ErrorCode.ILLEGAL_STATE, text(e));
            case SandboxException.Ended e -> answer(ErrorCode.SANDBOX_ENDED, text(e));
            case SandboxException.NotReachable e -> answer(ErrorCode.SANDBOX_NOT_REACHABLE, text(e), SANDBOX_RETRY);
            case SandboxException.Stale e -> answer(ErrorCode.ILLEGAL_STATE, text(e) + "; try again");
            case SandboxException.Unsupported e -> answer(ErrorCode.UNSUPPORTED_BY_RUNTIME, text(e));
            case SandboxException.PolicyUnenforceable e -> answer(ErrorCode.NETWORK_POLICY_UNSUPPORTED, text(e));
            case SandboxException.IdempotencyKeyReused e -> answer(ErrorCode.IDEMPOTENCY_KEY_REUSED, text(e));
            case SandboxException.QuotaExceeded e -> answer(ErrorCode.QUOTA_EXCEEDED, text(e));
            case SandboxException.Overloaded e -> answer(ErrorCode.TOO_MANY_REQUESTS, text(e), e.retryAfter());
            case SandboxException.RuntimeUnavailable e -> outage(e);
            // Provisioning reports this in the state of the sandbox; no request should ever see it.
            case SandboxException.LaunchFailed e -> fault(e);
        };
    }

    private static ErrorAnswer map(SnapshotException failure) {
        return switch (failure) {
            case SnapshotException.NotFound e -> answer(ErrorCode.SNAPSHOT_NOT_FOUND, text(e));
            case SnapshotException.IllegalTransition e -> answer(ErrorCode.ILLEGAL_STATE, text(e));
            case SnapshotException.NotReady e -> answer(ErrorCode.SNAPSHOT_NOT_READY, text(e));
            case SnapshotException.InUse e -> answer(ErrorCode.SNAPSHOT_IN_USE, text(e));
            case SnapshotException.Stale e -> answer(ErrorCode.ILLEGAL_STATE, text(e) + "; try again");
            case SnapshotException.Overloaded e -> answer(ErrorCode.TOO_MANY_REQUESTS, text(e), e.retryAfter());
            // The state of the snapshot reports this; no request should ever see it.
            case SnapshotException.SaveFailed e -> fault(e);
        };
    }

    private static ErrorAnswer map(ExecException failure) {
        return switch (failure) {
            case ExecException.NotRunning e -> answer(ErrorCode.SANDBOX_NOT_REACHABLE, text(e), SANDBOX_RETRY);
            case ExecException.NotStarted e -> answer(ErrorCode.PROGRAM_NOT_FOUND, text(e));
            case ExecException.CommandNotFound e -> answer(ErrorCode.CONTEXT_NOT_FOUND, text(e));
            case ExecException.ContextNotFound e -> answer(ErrorCode.CONTEXT_NOT_FOUND, text(e));
            case ExecException.SessionNotFound e -> answer(ErrorCode.CONTEXT_NOT_FOUND, text(e));
            case ExecException.TerminalNotFound e -> answer(ErrorCode.CONTEXT_NOT_FOUND, text(e));
            case ExecException.TerminalTaken e -> answer(ErrorCode.ALREADY_CONNECTED, text(e));
            case ExecException.FileNotFound e -> answer(ErrorCode.FILE_NOT_FOUND, text(e));
            case ExecException.NoSuchRange e -> answer(ErrorCode.RANGE_NOT_SATISFIABLE, text(e));
            case ExecException.Failed e -> answer(ErrorCode.RUNTIME_ERROR, text(e));
        };
    }

    /** The answer to what the HTTP library refused by itself. */
    public static ErrorAnswer ofStatus(int status) {
        ErrorCode code = switch (status) {
            case 404 -> ErrorCode.NOT_FOUND;
            case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
            case 408 -> ErrorCode.REQUEST_TIMEOUT;
            case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
            case 414, 431 -> ErrorCode.HEADERS_TOO_LARGE;
            case 503 -> ErrorCode.SHUTTING_DOWN;
            default -> status < 500 ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL_ERROR;
        };
        return new ErrorAnswer(status, new ErrorBody(code, sentence(code)), null);
    }

    private static String sentence(ErrorCode code) {
        return switch (code) {
            case NOT_FOUND -> "There is no such route";
            case METHOD_NOT_ALLOWED -> "This route does not have that method; see the Allow header";
            case REQUEST_TIMEOUT -> "The request did not arrive in time";
            case PAYLOAD_TOO_LARGE -> "The request body is larger than this server accepts";
            case HEADERS_TOO_LARGE -> "The request line or the headers are larger than this server accepts";
            case SHUTTING_DOWN -> "The server is shutting down; try again in a moment";
            case INTERNAL_ERROR -> "The server failed; its log tells more under the X-Request-ID of this answer";
            default -> "The request is not valid HTTP/1.1";
        };
    }

    private static int status(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST, INVALID_METADATA_FORMAT, NETWORK_POLICY_UNSUPPORTED, PROGRAM_NOT_FOUND -> 400;
            case UNAUTHENTICATED -> 401;
            case QUOTA_EXCEEDED, FORBIDDEN -> 403;
            case NOT_FOUND, SANDBOX_NOT_FOUND, SNAPSHOT_NOT_FOUND, CONTEXT_NOT_FOUND, FILE_NOT_FOUND -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case REQUEST_TIMEOUT -> 408;
            case ILLEGAL_STATE,
                    SNAPSHOT_NOT_READY,
                    SNAPSHOT_IN_USE,
                    IDEMPOTENCY_KEY_REUSED,
                    UNSUPPORTED_BY_RUNTIME,
                    ALREADY_CONNECTED -> 409;
            case SANDBOX_ENDED -> 410;
            case PAYLOAD_TOO_LARGE -> 413;
            case RANGE_NOT_SATISFIABLE -> 416;
            case TOO_MANY_REQUESTS -> 429;
            case HEADERS_TOO_LARGE -> 431;
            case INTERNAL_ERROR, RUNTIME_ERROR -> 500;
            case BACKEND_FAILED -> 502;
            case SANDBOX_NOT_REACHABLE, PORT_NOT_LISTENING, RUNTIME_UNAVAILABLE, NOT_READY, SHUTTING_DOWN -> 503;
        };
    }

    private static ErrorAnswer answer(ErrorCode code, String message) {
        return answer(code, message, null);
    }

    private static ErrorAnswer answer(ErrorCode code, String message, @Nullable Duration retryAfter) {
        log.info("{}: {}", code, onOneLine(message));
        return new ErrorAnswer(status(code), new ErrorBody(code, message), retryAfter);
    }

    /** The reason may name the engine's address, which is for the operator only. */
    private static ErrorAnswer outage(SandboxException.RuntimeUnavailable away) {
        log.warn("The container runtime is away: {}", away.getMessage());
        ErrorCode code = ErrorCode.RUNTIME_UNAVAILABLE;
        String message = "The container runtime cannot be reached; try again in a moment";
        return new ErrorAnswer(status(code), new ErrorBody(code, message), RUNTIME_RETRY);
    }

    private static ErrorAnswer fault(Throwable failure) {
        log.error("A request failed", failure);
        ErrorCode code = ErrorCode.INTERNAL_ERROR;
        return new ErrorAnswer(status(code), new ErrorBody(code, sentence(code)), null);
    }

    private static String describe(List<Problem> problems) {
        List<String> lines = problems.stream()
                .map(problem -> printable(problem.field()) + ": " + problem.rule())
                .distinct()
                .toList();
        String first = lines.stream().limit(MOST_PROBLEMS).collect(Collectors.joining("; "));
        return lines.size() <= MOST_PROBLEMS ? first : first + "; and " + (lines.size() - MOST_PROBLEMS) + " more";
    }

    /** Field names may be of the client's making, and end up in terminals and logs. */
    private static String printable(String field) {
        String visible = field.replaceAll("[^\\x21-\\x7e]", "?");
        return visible.length() <= LONGEST_FIELD ? visible : visible.substring(0, LONGEST_FIELD) + "...";
    }

    /** Messages may have words of a sandbox in them: paths, and what programs there say. */
    private static String onOneLine(String message) {
        String visible = message.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029\\x80-\\x9f]", "?");
        return visible.length() <= LONGEST_LOGGED ? visible : visible.substring(0, LONGEST_LOGGED) + "...";
    }

    private static String text(Exception failure) {
        return String.valueOf(failure.getMessage());
    }
}
