package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static dev.sandkeep.adapters.http.exec.ExecClient.exitCode;
import static dev.sandkeep.adapters.http.exec.ExecClient.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import dev.sandkeep.domain.exec.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions as clients of the public specification use them, in real shells of this machine. */
@ResourceLock(SessionClient.LOCK)
class SessionRoutesTest {

    private final TestServer server = new TestServer();
    private final SessionClient sessions = new SessionClient(server);

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        sessions.close();
        server.close();
    }

    @Test
    void directoryAndExportedVariablesAreThoseThatTheRunBeforeLeft() {
        String session = sessions.create("{\"cwd\": \"" + directory + "/made\"}");

        assertThat(sessions.output(session, "pwd")).containsExactly(directory + "/made");
        sessions.run(
                session,
                "mkdir \"it's here\"; cd \"it's here\"; export GREETING=\"it's \\\"\\$HOME\\\"\nand more\"; hidden=1");

        assertThat(sessions.output(
                        session, "pwd; printf '%s\\n' \"$GREETING\"; echo ${hidden:-none}; sh -c 'echo ${#GREETING}'"))
                .containsExactly(directory + "/made/it's here", "it's \"$HOME\"", "and more", "none", "21");
        sessions.run(session, "cd ..; unset GREETING; unset HOME");
        assertThat(sessions.output(session, "pwd; echo ${GREETING:-none} ${HOME:-none}; cd - >/dev/null; pwd"))
                .containsExactly(directory + "/made", "none none", directory + "/made/it's here");
    }

    @Test
    void theEventsAreThoseOfACommandUnderTheIdOfTheSession() {
        String session = sessions.create("");

        List<JsonNode> events = sessions.run(session, "echo out; echo err >&2; exit 3");

        assertThat(events.getFirst().path("type").asText()).isEqualTo("init");
        assertThat(events.getFirst().path("text").asText()).isEqualTo(session);
        assertThat(texts(events, "stdout")).containsExactly("out");
        assertThat(texts(events, "stderr")).containsExactly("err");
        assertThat(events.getLast().path("error").path("ename").asText()).isEqualTo("CommandExecError");
        assertThat(exitCode(events)).isEqualTo("3");
        assertThat(texts(events, "execution_complete")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exit 0",
                "exec true",
                "kill -KILL $$",
                "set -e; false",
                "set -u; echo $NOT_SET",
                "trap 'exit 9' EXIT; exit",
                "if"
            })
    void aRunThatEndsByItselfEndsNothingElse(String end) {
        String session = sessions.create("{\"cwd\": \"" + directory + "\"}");
        sessions.run(session, "export KEPT=1");

        sessions.run(session, end);

        assertThat(sessions.output(session, "echo $KEPT; pwd")).containsExactly("1", directory.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export X=2; set -euxC",
                "export X=2 PATH=/no/such/place",
                "export X=2; umask 777",
                "exec >/dev/null 2>&1; export X=2",
                "export X=2; false",
                "export X=2; cat <<END\nunfinished",
                "export X=2 # and a comment",
                "set -- a b; mv() { :; }; export X=2",
            })
    void whatItDoesToItsOwnShellDoesNotKeepItFromBeingKept(String command) {
        String session = sessions.create("{}");

        sessions.run(session, command);

        assertThat(sessions.output(session, "echo $X $#")).containsExactly("2 0");
    }

    @Test
    void aRunSeesNothingOfItsWrapping() {
        String session = sessions.create("{}");

        assertThat(sessions.output(session, "echo \"[$*]\"; env | grep -ci sandkeep || true; cat; echo end"))
                .containsExactly("[]", "0", "end");
        assertThat(texts(sessions.run(session, "no-such-program-at-all"), "stderr"))
                .singleElement()
                .asString()
                .contains("no-such-program-at-all")
                .doesNotContain("/tmp");
    }

    @Test
    void theDirectoryOfARunIsThatOfTheSessionFromThenOn() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        String session = sessions.create("{\"cwd\": \"" + directory + "\"}");

        assertThat(texts(events(sessions.send(session, Map.of("command", "pwd", "cwd", other.toString()))), "stdout"))
                .containsExactly(other.toString());
        assertThat(sessions.output(session, "pwd")).containsExactly(other.toString());
    }

    @Test
    void aDirectoryThatIsGoneIsSaidAndTheSessionGoesOn() {
        String session = sessions.create("{\"cwd\": \"" + directory + "/gone\"}");
        sessions.run(session, "rmdir " + directory + "/gone");

        List<JsonNode> events = sessions.run(session, "echo here");

        assertThat(texts(events, "stdout")).containsExactly("here");
        assertThat(texts(events, "stderr")).singleElement().asString().contains(directory + "/gone");
        assertThat(sessions.output(session, "cd " + directory + "; pwd")).containsExactly(directory.toString());
    }

    /** The sandboxes of these tests are all this machine, where others may have sessions, too. */
    @Test
    void onlySoManySessionsAreInASandbox() {
        List<TestServer.Answer> answers = new ArrayList<>();
        do {
            answers.add(sessions.tryToCreate("{}"));
        } while (answers.getLast().status() == 200 && answers.size() <= Session.MOST);

        assertThat(answers).hasSizeGreaterThan(1);
        assertThat(answers.getLast().status()).isEqualTo(429);
        assertThat(answers.getLast().code()).isEqualTo("TOO_MANY_REQUESTS");
        assertThat(sessions.delete(answers.getFirst().body().path("session_id").asText())
                        .status())
                .isEqualTo(200);
        sessions.create("{}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        /session        | {"cwd": "$NOT_SET_AT_ALL"}                | 400 | cwd
        /session        | {"cwd": "/proc/no/such/place"}            | 400 | cwd
        /session        | {"cwd": 7}                                | 400 | cwd
        /session/ID/run | {}                                        | 400 | command
        /session/ID/run | {"command": ""}                           | 400 | command
        /session/ID/run | {"command": "x", "cwd": "/no/such/place"} | 400 | cwd
        /session/ID/run | {"command": "x", "timeout": -1}           | 400 | timeout
        /session/no/run | {"command": "x"}                          | 400 | session
        """)
    void whatIsWrongIsNamed(String path, String body, int status, String field) {
        String session = sessions.create("{}");

        TestServer.Answer answer = sessions.client.send("POST", path.replace("ID", session), body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.message()).contains(field + ":");
    }

    @Test
    void theFilesOfASessionAreForItsUserAlone() throws IOException {
        String session = sessions.create("{}");

        assertThat(Files.getPosixFilePermissions(Path.of("/tmp/.sandkeep", session)))
                .extracting(Enum::name)
                .allMatch(permission -> permission.startsWith("OWNER_"));
    }
}
