package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Interpreters that end by themselves, or with the server. */
class InterpreterEndTest extends CodeOnThisMachine {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | import os; os._exit(3)
        python     | import os, signal; os.kill(os.getpid(), signal.SIGKILL)
        bash       | exit 3
        javascript | process.exit(3)
        """)
    void anInterpreterThatEndedBeginsAnew(String language, String code) {
        String id = create(language);

        List<JsonNode> events = runIn(Map.of("id", id), code);

        assertThat(error(events).path("ename").asText()).isEqualTo("InterpreterEnded");
        assertThat(types(runIn(Map.of("id", id), "1 == 1".replace("1 == 1", language.equals("bash") ? "true" : "1"))))
                .contains("execution_complete");
    }

    @Test
    void anInterpreterThatWasKilledWhileNothingRanBeginsAnew() {
        String id = create("python");
        String pid = output(runIn(Map.of("id", id), "import os; print(os.getpid())"), "stdout")
                .strip();
        client.run("kill -KILL " + pid);
        await().atMost(SOON).until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());

        assertThat(output(runIn(Map.of("id", id), "print('again')"), "stdout")).isEqualTo("again\n");
    }

    @Test
    void aServerThatStopsEndsItsInterpreters() {
        String id = create("python");
        String pid = output(runIn(Map.of("id", id), "import os; print(os.getpid())"), "stdout")
                .strip();

        server.codeContexts.close();

        await().atMost(SOON).until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
    }

    @Test
    void pythonEndsWithItsConnectionThoughItsCodeRuns() {
        String id = create("python");
        CompletableFuture<Object> running = CompletableFuture.supplyAsync(() -> runIn(
                Map.of("id", id),
                "import os, time\nwith open('" + directory.resolve("pid.new")
                        + "', 'w') as f: f.write(str(os.getpid()))\n"
                        + "os.rename('" + directory.resolve("pid.new") + "', '" + directory.resolve("pid")
                        + "')\nwhile True: time.sleep(600)"));
        await().atMost(SOON).until(() -> Files.exists(directory.resolve("pid")));
        long pid = Long.parseLong(client.run("cat " + directory.resolve("pid")).stream()
                .filter(event -> event.path("type").asText().equals("stdout"))
                .findFirst()
                .orElseThrow()
                .path("text")
                .asText());

        server.exec.hangUp();

        await().atMost(SOON).until(() -> ProcessHandle.of(pid).isEmpty());
        running.cancel(true);
    }
}
