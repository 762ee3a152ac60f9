package dev.sandkeep.adapters.k8s;

import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.domain.sandbox.SandboxException.RemovalUnconfirmed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Translates what fabric8 throws, at the edge of this adapter. A {@link KubernetesClientException} with a code from 400
 * to 499 is an answer of the API server about what was asked; everything else means that it did not answer.
 */
final class KubernetesErrors {

    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int TIMEOUT = 408;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    /** Causes may go round in a circle. */
    private static final int DEEPEST = 20;

    private KubernetesErrors() {}

    /** Whether the API server answered that this cannot be done, whoever asks and however often. */
    static boolean isAnswer(KubernetesClientException failed) {
        int code = failed.getCode();
        return code >= 400 && code < 500 && code != UNAUTHORIZED && code != TIMEOUT && code != TOO_MANY;
    }

    static boolean isNotFound(KubernetesClientException answer) {
        return answer.getCode() == NOT_FOUND;
    }

    static boolean isConflict(KubernetesClientException answer) {
        return answer.getCode() == CONFLICT;
    }

    /** What the API server answered if it failed at this, which says nothing yet about other calls. */
    static Optional<KubernetesClientException> serverError(RuntimeUnavailable failed) {
        return failed.getCause() instanceof KubernetesClientException answer && answer.getCode() >= SERVER_ERROR
                ? Optional.of(answer)
                : Optional.empty();
    }

    static RuntimeUnavailable unavailable(String what, @Nullable Throwable cause) {
        String why = cause instanceof KubernetesClientException answer && answer.getCode() > 0
                ? "it answered: " + text(answer)
                : cause == null ? "it gave no answer" : "it cannot be reached";
        return new RuntimeUnavailable("The cluster's API server could not " + what + ": " + why, cause);
    }

    /** The API server answered, so whatever it is concerns only what was to be removed. */
    static RemovalUnconfirmed unremoved(String what, KubernetesClientException answer) {
        return new RemovalUnconfirmed("The cluster's API server did not " + what + ": " + text(answer), answer);
    }

    /** What lies at the bottom of a failure, in a few words: a host that is not known, a certificate that is not trusted. */
    static String rootOf(Throwable failed) {
        Throwable root = failed;
        for (int depth = 0; root.getCause() != null && depth < DEEPEST; depth++) {
            root = root.getCause();
        }
        return root instanceof KubernetesClientException answer && answer.getStatus() != null
                ? text(answer)
                : root.getClass().getSimpleName()
                        + (root.getMessage() == null ? "" : ": " + Text.plain(root.getMessage()));
    }

    /** What the API server says, without what the library adds. */
    static String text(KubernetesClientException answer) {
        String said = answer.getStatus() == null ? null : answer.getStatus().getMessage();
        return Text.plain(said == null ? String.valueOf(answer.getMessage()) : said);
    }
}
