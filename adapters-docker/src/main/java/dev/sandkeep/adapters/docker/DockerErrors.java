package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.exception.DockerException;
import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.sandbox.StatusReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Translates what docker-java throws, at the edge of this adapter. A {@link DockerException} means that the engine
 * answered; everything else, typed or not, that it did not.
 */
final class DockerErrors {

    private static final Pattern MESSAGE = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** runc's words for an executable that is not there, or is none. */
    private static final Pattern NO_EXECUTABLE = Pattern.compile(
            "exec: \"(?!docker-init)[^\"]*\": .*(?:executable file not found|no such file or directory|permission denied"
                    + "|is a directory)|(?:executable file|command) [^ ]+ not found|crun: executable file .* not found");

    private static final int CONFLICT = 409;
    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;

    private DockerErrors() {}

    static boolean isNotFound(DockerException answer) {
        return answer.getHttpStatus() == NOT_FOUND;
    }

    static boolean isConflict(DockerException answer) {
        return answer.getHttpStatus() == CONFLICT;
    }

    static boolean isNotModified(DockerException answer) {
        return answer.getHttpStatus() == NOT_MODIFIED;
    }

    /** The engine is away, or answered something from which nothing can be concluded. */
    static RuntimeUnavailable unavailable(String what, @Nullable Throwable cause) {
        String why = cause instanceof DockerException answer
                ? "it answered: " + text(answer)
                : cause == null ? "it gave no answer" : "it cannot be reached";
        return new RuntimeUnavailable("The container engine could not " + what + ": " + why, cause);
    }

    static RuntimeUnavailable late(String what, Duration limit) {
        return new RuntimeUnavailable(
                "The container engine did not " + what + " within " + limit.toMillis() + " ms", null);
    }

    /** The engine refused to start it. */
    static LaunchFailed startFailed(DockerException answer) {
        String text = text(answer);
        return NO_EXECUTABLE.matcher(text).find()
                ? new LaunchFailed(
                        StatusReason.ENTRYPOINT_NOT_FOUND,
                        "The image has no executable of that name; check the entrypoint. The engine says: " + text,
                        answer)
                : new LaunchFailed(StatusReason.RUNTIME_ERROR, "The engine could not start it: " + text, answer);
    }

    /** The engine refused to make it. */
    static LaunchFailed createFailed(Source source, DockerException answer) {
        String text = text(answer);
        return isNotFound(answer) && text.toLowerCase(Locale.ROOT).contains("no such image")
                ? sourceGone(source, answer)
                : startFailedOr(answer, text);
    }

    private static LaunchFailed sourceGone(Source source, DockerException answer) {
        return switch (source) {
            case Source.Image image ->
                new LaunchFailed(
                        StatusReason.IMAGE_PULL_FAILED,
                        "image " + image.reference() + ": is not on the host any more",
                        answer);
            case Source.Snapshot snapshot ->
                new LaunchFailed(
                        StatusReason.RUNTIME_ERROR,
                        "snapshot " + snapshot.id() + ": is not on the host any more",
                        answer);
        };
    }

    /** Podman looks for the executable when the container is made. */
    private static LaunchFailed startFailedOr(DockerException answer, String text) {
        return NO_EXECUTABLE.matcher(text).find()
                ? startFailed(answer)
                : new LaunchFailed(StatusReason.RUNTIME_ERROR, "The engine could not make it: " + text, answer);
    }

    /** Without a cause: a registry may have echoed in it what it was sent. */
    static LaunchFailed pullFailed(ImageRef image, String why, @Nullable RegistryCredentials credentials) {
        return new LaunchFailed(
                StatusReason.IMAGE_PULL_FAILED, "image " + image + ": " + Text.plain(redact(why, credentials)), null);
    }

    private static String redact(String text, @Nullable RegistryCredentials credentials) {
        if (credentials == null) {
            return text;
        }
        String pair = credentials.username() + ":" + credentials.password();
        String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return text.replace(basic, "***").replace(credentials.password(), "***").replace(credentials.username(), "***");
    }

    /** What the engine says, without the JSON round it. */
    static String text(DockerException answer) {
        String raw = String.valueOf(answer.getMessage());
        Matcher message = MESSAGE.matcher(raw);
        String text = message.find()
                ? message.group(1).replace("\\\"", "\"").replace("\\n", " ").replace("\\\\", "\\")
                : raw;
        return Text.plain(text);
    }
}
