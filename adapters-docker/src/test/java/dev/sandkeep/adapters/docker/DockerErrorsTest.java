package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.sandkeep.adapters.runtime.Text;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SandboxException.LaunchFailed;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.sandbox.StatusReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DockerErrorsTest {

    private static final ImageRef IMAGE = ImageRef.parse("python:3.11");

    private static DockerException answer(String message) {
        return new DockerException("Status 400: {\"message\":\"" + message + "\"}\n", 400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "OCI runtime create failed: exec: \\\"nosuch\\\": executable file not found in $PATH: unknown"
                        + "|ENTRYPOINT_NOT_FOUND",
                "runc create failed: exec: \\\"/x\\\": stat /x: no such file or directory: unknown"
                        + "|ENTRYPOINT_NOT_FOUND",
                "runc create failed: exec: \\\"/etc\\\": permission denied: unknown|ENTRYPOINT_NOT_FOUND",
                "exec: \\\"docker-init\\\": executable file not found in $PATH|RUNTIME_ERROR",
                "error while mounting volume: no such file or directory|RUNTIME_ERROR"
            })
    void aStartThatFailsTellsWhetherItIsTheEntrypoint(String message, StatusReason reason) {
        assertThat(DockerErrors.startFailed(answer(message)).reason()).isEqualTo(reason);
    }

    @Test
    void anImageThatWentAwayIsNamed() {
        LaunchFailed failed = DockerErrors.createFailed(
                new Source.Image(IMAGE, false),
                new NotFoundException("Status 404: {\"message\":\"No such image: python:3.11\"}"));

        assertThat(failed.reason()).isEqualTo(StatusReason.IMAGE_PULL_FAILED);
        assertThat(failed).hasMessage("image python:3.11: is not on the host any more");
    }

    @Test
    void aSnapshotThatWentAwayIsNamed() {
        SnapshotId id = new SnapshotId("11111111-1111-4111-8111-111111111111");

        LaunchFailed failed = DockerErrors.createFailed(
                new Source.Snapshot(id), new NotFoundException("Status 404: {\"message\":\"No such image: x\"}"));

        assertThat(failed.reason()).isEqualTo(StatusReason.RUNTIME_ERROR);
        assertThat(failed).hasMessage("snapshot " + id + ": is not on the host any more");
    }

    @Test
    void anOutageKeepsItsCause() {
        IOException cause = new IOException("Broken pipe");

        assertThat(DockerErrors.unavailable("list containers", new IllegalStateException(cause)))
                .hasMessage("The container engine could not list containers: it cannot be reached")
                .hasRootCause(cause);
    }

    @Test
    void anAnswerFromWhichNothingFollowsIsAnOutageToo() {
        assertThat(DockerErrors.unavailable(
                        "list containers", new InternalServerErrorException("Status 500: {\"message\":\"oops\"}")))
                .hasMessage("The container engine could not list containers: it answered: oops");
    }

    @Test
    void whatARegistryEchoesIsCutOut() {
        RegistryCredentials credentials = new RegistryCredentials("ann", "s3cret");
        String basic = Base64.getEncoder().encodeToString("ann:s3cret".getBytes(StandardCharsets.UTF_8));

        LaunchFailed failed =
                DockerErrors.pullFailed(IMAGE, "denied: ann with s3cret sent Basic " + basic, credentials);

        assertThat(failed)
                .hasMessage("image python:3.11: denied: *** with *** sent Basic ***")
                .hasNoCause();
    }

    @Test
    void controlCharactersAndEscapesDoNotReachTheLog() {
        assertThat(DockerErrors.text(answer("a\\nb \u001b[31mred\u001b[0m \u0007\u202Eend")))
                .isEqualTo("a b red  end");
        assertThat(Text.plain("x".repeat(2000))).hasSizeLessThan(1100);
    }
}
