package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server is killed while commands go on in a sandbox, and the next one knows all of them. */
class CommandCrashIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    /** Of ten: those before have ended when the server is killed, those after go on when it is there again. */
    private static final int FIRST_DURING = 3;

    private static final int FIRST_AFTER = 7;
    private static final int ALL = 10;

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("fate").started();

    private final EngineView engine = on.engine;
    private final ServerProcess server = on.server;

    @Test
    void tenBackgroundCommandsAreThereAfterTheServerWasKilled() throws IOException {
        SandboxCommands commands = SandboxCommands.inNewSandbox(server, engine, "sandkeep-test/busybox:1");
        commands.run("mkfifo /tmp/during /tmp/after");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < ALL; i++) {
            String wait = i < FIRST_DURING ? "" : "read x </tmp/" + (i < FIRST_AFTER ? "during" : "after") + "; ";
            ids.add(commands.start("echo begin " + i + "; " + wait + "echo end " + i + " >&2; exit " + i));
        }
        ids.subList(0, FIRST_DURING).forEach(id -> awaitEnd(commands, id));

        server.kill();
        commands.behindTheServersBack("exec 3>/tmp/during; sleep 2");
        await().atMost(SOON)
                .until(() -> commands.processes("sh -c -- echo begin .*").size() == ALL - FIRST_AFTER);
        server.start();

        for (int i = 0; i < FIRST_AFTER; i++) {
            assertEnded(commands, ids.get(i), i);
        }
        for (int i = FIRST_AFTER; i < ALL; i++) {
            assertThat(commands.status(ids.get(i)).path("running").asBoolean()).isTrue();
            assertThat(commands.log(ids.get(i))).isEqualTo("begin " + i + "\n");
        }
        commands.behindTheServersBack("exec 3>/tmp/after; sleep 2");
        for (int i = FIRST_AFTER; i < ALL; i++) {
            awaitEnd(commands, ids.get(i));
            assertEnded(commands, ids.get(i), i);
        }
    }

    private static void awaitEnd(SandboxCommands commands, String id) {
        await().atMost(SOON).until(() -> !commands.status(id).path("running").asBoolean(true));
    }

    private static void assertEnded(SandboxCommands commands, String id, int code) {
        JsonNode status = commands.status(id);
        assertThat(status.path("running").asBoolean(true)).as(status.toString()).isFalse();
        assertThat(status.path("exit_code").asInt(-1)).isEqualTo(code);
        assertThat(Instant.parse(status.path("finished_at").asText()))
                .isAfterOrEqualTo(Instant.parse(status.path("started_at").asText()));
        assertThat(commands.log(id)).isEqualTo("begin " + code + "\nend " + code + "\n");
    }

    @Test
    void sessionsAreThereTooAndWhatRanInThemIsNoHindrance() throws Exception {
        for (String image : List.of("sandkeep-test/busybox:1", "python:3.11")) {
            SandboxCommands commands = SandboxCommands.inNewSandbox(server, engine, image);
            String session = new ObjectMapper()
                    .readTree(commands.post("/session", Map.of("cwd", "/tmp/a b/c"))
                            .body())
                    .path("session_id")
                    .asText();
            SandboxCommands.result(run(commands, session, "export GREETING=\"it's\nhere\"; cd ..; bad=1"));
            Thread.startVirtualThread(() -> {
                try {
                    run(commands, session, "export GREETING=lost; sleep 3000");
                } catch (RuntimeException killed) {
                    assertThat(killed).hasMessageContaining("java.io");
                }
            });
            await().atMost(SOON).until(() -> !commands.processes("sleep 3000").isEmpty());
            server.kill();

            server.start();
            assertThat(commands.send("DELETE", "/command?id=" + session).statusCode())
                    .isEqualTo(200);

            SandboxCommands.Result result = SandboxCommands.result(
                    run(commands, session, "pwd; echo \"$GREETING ${bad-none}\"; echo ${BASH_VERSION:+bash}"));
            assertThat(result.output())
                    .startsWith("/tmp/a b", "it's", "here none")
                    .last()
                    .isEqualTo(image.startsWith("python") ? "bash" : "\n");
            await().atMost(SOON).until(() -> commands.processes("sleep 3000").isEmpty());
            assertThat(commands.send("DELETE", "/session/" + session).statusCode())
                    .isEqualTo(200);
            assertThat(commands.send("DELETE", "/session/" + session).statusCode())
                    .isEqualTo(404);
        }
    }

    private static HttpResponse<String> run(SandboxCommands commands, String session, String command) {
        return commands.post("/session/" + session + "/run", Map.of("command", command));
    }
}
