package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.core.DockerClientConfig;
import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContainerObservationsTest {

    private static ContainerState state(String json) {
        try {
            return DockerClientConfig.getDefaultObjectMapper()
                    .readValue("{\"State\":" + json.replace('\'', '"') + "}", InspectContainerResponse.class)
                    .getState();
        } catch (JsonProcessingException wrong) {
            throw new AssertionError("The test gives no JSON", wrong);
        }
    }

    private static Exit exitOf(String json, String... lines) {
        return ((Observation.Exited) ContainerObservations.of(state(json), List.of(lines))).exit();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'Status':'running','Running':true}                  | Running",
                "{'Status':'running','Running':true,'Paused':false}   | Running",
                "{'Status':'paused','Running':true,'Paused':true}     | Paused",
                "{'Status':'restarting','Restarting':true}            | Running",
                "{'Status':'created','Running':false}                 | Created",
                "{'Status':'created','ExitCode':127,'Error':'no exec'}| Created",
                "{'Status':'configured'}                              | Created",
                "{'Status':'initialized'}                             | Created",
                "{'Status':'removing'}                                | Remnant",
                "{'Status':'exited','ExitCode':0}                     | Exited",
                "{'Status':'stopped','ExitCode':0}                    | Exited",
                "{'Status':'dead','Dead':true,'ExitCode':137}         | Exited",
                "{}                                                   | Exited",
                "{'Status':'Running','Running':true}                  | Running"
            })
    void theEnginesWordsHaveThisMeaning(String json, String observed) {
        assertThat(ContainerObservations.of(state(json), List.of()).getClass().getSimpleName())
                .isEqualTo(observed);
    }

    @ParameterizedTest
    @CsvSource({"running, Running", "paused, Paused", "created, Created"})
    void aListSaysEnoughOfWhatIsUp(String status, String observed) {
        assertThat(ContainerObservations.ofListed(status))
                .hasValueSatisfying(
                        seen -> assertThat(seen.getClass().getSimpleName()).isEqualTo(observed));
    }

    @ParameterizedTest
    @CsvSource({"exited", "dead", "removing", "restarting", "''"})
    void aListDoesNotSayHowSomethingEnded(String status) {
        assertThat(ContainerObservations.ofListed(status)).isEmpty();
    }

    @Test
    void theExitHasTheCodeAndTheLastLine() {
        assertThat(exitOf("{'Status':'exited','ExitCode':3}", "first", "last"))
                .isEqualTo(new Exit(3, Exit.Cause.PROCESS_ENDED, "last"));
    }

    @Test
    void aProcessThatWroteNothingHasNoLastLine() {
        assertThat(exitOf("{'Status':'exited','ExitCode':0}").lastLine()).isNull();
    }

    @Test
    void aCodeThatIsNoneIsThatOfAnUnseenEnd() {
        assertThat(exitOf("{'Status':'exited','ExitCode':-1}").code()).isEqualTo(255);
        assertThat(exitOf("{'Status':'exited'}").code()).isEqualTo(255);
    }

    @Test
    void wantOfMemoryIsTheCauseOnlyIfTheEntryProcessDidNotEndWell() {
        assertThat(exitOf("{'Status':'exited','OOMKilled':true,'ExitCode':137}").cause())
                .isEqualTo(Exit.Cause.OUT_OF_MEMORY);
        assertThat(exitOf("{'Status':'exited','OOMKilled':true,'ExitCode':0}").cause())
                .isEqualTo(Exit.Cause.PROCESS_ENDED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127 | [FATAL tini (7)] exec nosuch failed: No such file or directory | ENTRYPOINT_NOT_FOUND",
                "126 | [FATAL tini (7)] exec /etc failed: Permission denied           | ENTRYPOINT_NOT_FOUND",
                "1   | ERROR (catatonit:6): failed to exec pid1: No such file or dir | ENTRYPOINT_NOT_FOUND",
                "2   | ERROR (catatonit:6): failed to exec pid1: No such file or dir | PROCESS_ENDED",
                "127 | sh: nosuch: not found                                         | PROCESS_ENDED",
                "1   | [FATAL tini (7)] exec nosuch failed: No such file or directory | PROCESS_ENDED"
            })
    void onlyTheInitProcessSaysThatThereIsNoExecutable(int code, String line, Exit.Cause cause) {
        assertThat(exitOf("{'Status':'exited','ExitCode':" + code + "}", line).cause())
                .isEqualTo(cause);
    }
}
