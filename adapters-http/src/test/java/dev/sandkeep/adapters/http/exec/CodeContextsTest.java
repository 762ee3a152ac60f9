package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static dev.sandkeep.adapters.http.exec.ExecClient.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The contexts in which code runs. */
class CodeContextsTest extends CodeOnThisMachine {

    @Test
    void contextsDoNotSeeOneAnother() {
        String one = create("python");
        String other = create("python");
        runIn(Map.of("id", one), "x = 1");

        assertThat(error(runIn(Map.of("id", other), "x")).path("ename").asText())
                .isEqualTo("NameError");
    }

    @Test
    void theContextOfALanguageIsMadeOnDemandAndListed() {
        String id = texts(run("python", "1"), "init").getFirst();
        create("bash");

        assertThat(texts(run("python", "2"), "init").getFirst()).isEqualTo(id);
        assertThat(client.get("/code/contexts").body()).hasSize(2);
        JsonNode python = client.get("/code/contexts?language=python").body();
        assertThat(python).hasSize(1);
        assertThat(python.path(0).path("id").asText()).isEqualTo(id);
        assertThat(python.path(0).path("language").asText()).isEqualTo("python");
    }

    @Test
    void aContextBeginsInItsDirectoryWhichIsMade() {
        TestServer.Answer created = post("/code/context", Map.of("language", "python", "cwd", directory + "/new/one"));
        assertThat(created.body().path("cwd").asText()).isEqualTo(directory + "/new/one");

        List<JsonNode> events =
                runIn(Map.of("id", created.body().path("id").asText()), "import os; print(os.getcwd())");

        assertThat(output(events, "stdout")).isEqualTo(directory + "/new/one\n");
    }

    @Test
    void runsInOneContextWaitForOneAnother() {
        String id = create("python");
        CompletableFuture<List<JsonNode>> first = CompletableFuture.supplyAsync(() -> runIn(
                Map.of("id", id),
                "import os, time\nopen('" + directory.resolve("begun") + "', 'w').close()\nwhile not os.path.exists('"
                        + directory.resolve("go") + "'): time.sleep(0.01)\nx = 8"));
        await().atMost(SOON).until(() -> Files.exists(directory.resolve("begun")));
        CompletableFuture<List<JsonNode>> second =
                CompletableFuture.supplyAsync(() -> runIn(Map.of("id", id), "print(x)"));

        assertThat(second).isNotDone();
        post("/command", Map.of("command", "touch " + directory.resolve("go")));

        assertThat(types(first.join())).contains("execution_complete");
        assertThat(output(second.join(), "stdout")).isEqualTo("8\n");
    }

    @Test
    void aDeletedContextEndsWithWhatRunsInIt() {
        String id = create("python");
        CompletableFuture<List<JsonNode>> running = CompletableFuture.supplyAsync(() -> runIn(
                Map.of("id", id),
                "import time\nopen('" + directory.resolve("begun") + "', 'w').close()\ntime.sleep(600)"));
        await().atMost(SOON).until(() -> Files.exists(directory.resolve("begun")));

        assertThat(client.send("DELETE", "/code/contexts/" + id, null).status()).isEqualTo(200);

        assertThat(error(running.join()).path("ename").asText()).isEqualTo("ContextDeleted");
        assertThat(client.get("/code/contexts/" + id).status()).isEqualTo(404);
        assertThat(client.get("/code/contexts/" + id).code()).isEqualTo("CONTEXT_NOT_FOUND");
        await().atMost(SOON).until(() -> server.exec.openCount() == 0);
    }

    @Test
    void aContextIsReadByItsId() {
        String id = create("python");

        JsonNode context = client.get("/code/contexts/" + id).body();

        assertThat(context.path("id").asText()).isEqualTo(id);
        assertThat(context.path("language").asText()).isEqualTo("python");
        assertThat(context.has("cwd")).isFalse();
    }

    @Test
    void asManyContextsAsMayBeAndNoMore() {
        for (int i = 0; i < TestServer.MAX_COMMANDS; i++) {
            create("bash");
        }

        TestServer.Answer answer = post("/code/context", Map.of("language", "bash"));

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isNotEmpty();
        assertThat(client.get("/code/contexts").body()).hasSize(TestServer.MAX_COMMANDS);
    }

    @Test
    void allContextsOfALanguageAreDeletedAtOnce() {
        create("python");
        create("python");
        create("bash");

        assertThat(client.send("DELETE", "/code/contexts?language=python", null).status())
                .isEqualTo(200);

        assertThat(client.get("/code/contexts").body()).hasSize(1);
    }
}
