package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static dev.sandkeep.adapters.http.exec.ExecClient.exitCode;
import static dev.sandkeep.adapters.http.exec.ExecClient.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.application.exec.SessionTurns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** How runs in sessions end, and wait for one another. */
@ResourceLock(SessionClient.LOCK)
class SessionRunsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestServer server = new TestServer();
    private final SessionClient sessions = new SessionClient(server);

    private final ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        sessions.close();
        others.close();
        server.close();
    }

    @Test
    void aTimeoutEndsTheRunWithAllThatItStartedAndNotTheSession() {
        Path pid = directory.resolve("pid");
        String session = sessions.create("{}");
        sessions.run(session, "export KEPT=1");

        List<JsonNode> events = events(sessions.send(
                session, Map.of("command", "export KEPT=2; sleep 1000 & echo $! >" + pid + "; wait", "timeout", 700)));

        assertThat(exitCode(events)).isEqualTo("137");
        assertThat(events.getLast().path("error").path("traceback").get(0).asText())
                .contains("timeout");
        await().atMost(SOON).until(() -> !runs(pid));
        assertThat(sessions.output(session, "echo $KEPT")).containsExactly("1");
    }

    private static boolean runs(Path pid) throws IOException {
        Path stat = Path.of("/proc", Files.readString(pid).strip(), "stat");
        return Files.exists(stat) && !Files.readString(stat).matches("(?s).*\\) Z .*");
    }

    private static void awaitRunning(Path pid) {
        await().atMost(SOON)
                .until(() -> Files.exists(pid) && !Files.readString(pid).isBlank() && runs(pid));
    }

    @Test
    void aRunIsInterruptedByTheIdOfTheSession() throws Exception {
        Path pid = directory.resolve("pid");
        String session = sessions.create("{}");
        Future<List<JsonNode>> running = sessions.begin(session, "sleep 1000 & echo $! >" + pid + "; wait");
        awaitRunning(pid);

        assertThat(sessions.client
                        .send("DELETE", "/command?id=" + session, null)
                        .status())
                .isEqualTo(200);

        assertThat(exitCode(running.get())).isEqualTo("143");
        await().atMost(SOON).until(() -> !runs(pid));
        assertThat(sessions.output(session, "echo still")).containsExactly("still");
        assertThat(sessions.client
                        .send("DELETE", "/command?id=" + session, null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void deletingKillsWhatRunsAndThenThereIsNoSession() throws Exception {
        Path pid = directory.resolve("pid");
        String session = sessions.create("{}");
        Future<List<JsonNode>> running =
                sessions.begin(session, "trap '' TERM; sleep 1000 & echo $! >" + pid + "; wait; sleep 1000");
        awaitRunning(pid);

        assertThat(sessions.delete(session).status()).isEqualTo(200);

        assertThat(exitCode(running.get())).isEqualTo("137");
        await().atMost(SOON).until(() -> !runs(pid));
        TestServer.Answer again = sessions.delete(session);
        assertThat(again.status()).isEqualTo(404);
        assertThat(again.code()).isEqualTo("CONTEXT_NOT_FOUND");
        TestServer.Answer run = sessions.send(session, Map.of("command", "true"));
        assertThat(run.status()).isEqualTo(400);
        assertThat(run.message()).contains("session:");
    }

    @Test
    void deletingEndsWhatEarlierRunsLeftAlsoWhatDoesNotEndWhenAsked() throws Exception {
        Path polite = directory.resolve("polite");
        Path stubborn = directory.resolve("stubborn");
        String session = sessions.create("{}");
        sessions.run(
                session,
                "sh -c 'trap \"echo asked >" + directory.resolve("asked") + "; exit\" TERM; echo $$ >" + polite
                        + "; while :; do sleep 0.1; done' >/dev/null 2>&1 &");
        sessions.run(
                session,
                "sh -c 'trap \"\" TERM; echo $$ >" + stubborn + "; while :; do sleep 0.1; done' >/dev/null 2>&1 &");
        awaitRunning(polite);
        awaitRunning(stubborn);
        assertThat(sessions.output(session, "echo goes on")).containsExactly("goes on");

        assertThat(sessions.delete(session).status()).isEqualTo(200);

        await().atMost(SOON).until(() -> !runs(polite) && !runs(stubborn));
        assertThat(directory.resolve("asked")).hasContent("asked");
    }

    @Test
    void runsComeOneAfterTheOther() throws Exception {
        String session = sessions.create("{\"cwd\": \"" + directory + "\"}");
        sessions.run(session, "export N=0");
        List<Future<List<JsonNode>>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(sessions.begin(session, "mkdir running && sleep 0.1 && export N=$((N + 1)) && rmdir running"));
        }

        for (Future<List<JsonNode>> each : all) {
            assertThat(exitCode(each.get())).isEqualTo("0");
        }

        assertThat(sessions.output(session, "echo $N")).containsExactly("5");
    }

    @Test
    void onlySoManyRunsWait() throws Exception {
        Path go = directory.resolve("go");
        String session = sessions.create("{}");
        List<Future<Integer>> statuses = new ArrayList<>();
        for (int i = 0; i <= SessionTurns.MOST; i++) {
            statuses.add(others.submit(
                    () -> sessions.send(session, Map.of("command", "while [ ! -e " + go + " ]; do sleep 0.05; done"))
                            .status()));
        }

        await().atMost(SOON).until(() -> statuses.stream().anyMatch(Future::isDone));
        Files.createFile(go);

        List<Integer> told = new ArrayList<>();
        for (Future<Integer> status : statuses) {
            told.add(status.get());
        }
        assertThat(told).containsOnly(200, 429).containsOnlyOnce(429);
    }

    @Test
    void aSessionOutlivesTheServerAndWhatItLeftUndone() throws Exception {
        Path pid = directory.resolve("pid");
        String session = sessions.create("{}");
        sessions.run(session, "export KEPT=1");
        Future<List<JsonNode>> running = sessions.begin(session, "sleep 1000 & echo $! $PPID >" + pid + "; wait");
        await().atMost(SOON)
                .until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
        // Another server works in the same sandbox: here, one that knows nothing of what this one runs.
        try (TestServer other = new TestServer()) {
            ExecClient there = ExecClient.running(other);

            assertThat(there.send("DELETE", "/command?id=" + session, null).status())
                    .isEqualTo(200);

            assertThat(exitCode(running.get())).isEqualTo("143");
            assertThat(texts(
                            events(there.send("POST", "/session/" + session + "/run", "{\"command\": \"echo $KEPT\"}")),
                            "stdout"))
                    .containsExactly("1");
        }
    }

    @Test
    void whatOneThatWasKilledLeftIsNoHindrance() {
        String session = sessions.create("{\"cwd\": \"" + directory + "\"}");

        // With the shell that watches it, and so without a chance to give its turn back.
        List<JsonNode> killed = sessions.run(session, "export LOST=1; kill -KILL -$(ps -o pgid= -p $$ | tr -d ' ')");

        assertThat(exitCode(killed)).isEqualTo("137");
        assertThat(sessions.output(session, "echo ${LOST:-none}")).containsExactly("none");
    }
}
