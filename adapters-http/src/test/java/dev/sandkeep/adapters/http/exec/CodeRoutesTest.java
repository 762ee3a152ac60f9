package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static dev.sandkeep.adapters.http.exec.ExecClient.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.adapters.http.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Code as clients of the public specification run it. */
class CodeRoutesTest extends CodeOnThisMachine {

    @Test
    void codeIsToldFromItsBeginningToItsEnd() {
        List<JsonNode> events = run("python", "print('out')\n2 + 2");

        assertThat(types(events)).containsExactly("init", "stdout", "execution_count", "result", "execution_complete");
        assertThat(output(events, "stdout")).isEqualTo("out\n");
        assertThat(result(events).path("text").asText()).isEqualTo("4");
        assertThat(result(events).path("text/plain").asText()).isEqualTo("4");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | x = 41                           | print(x + 1)
        bash       | f() { echo $((x + 1)); }; x=41   | f
        javascript | const x = 41; class A {}         | console.log(x + 1)
        """)
    void whatCodeLeavesBehindIsThereForTheNext(String language, String first, String second) {
        run(language, first);

        assertThat(output(run(language, second), "stdout")).isEqualTo("42\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | def f():\\n    missing\\nf() | NameError        | name 'missing' is not defined
        python     | 1 +                          | SyntaxError      | invalid syntax (<cell 1>, line 1)
        python     | raise SystemExit(3)          | SystemExit       | 3
        bash       | (exit 7)                     | CommandExecError | 7
        javascript | missing()                    | ReferenceError   | missing is not defined
        javascript | throw 5                      | Error            | 5
        """)
    void anErrorIsTheLastEvent(String language, String code, String name, String value) {
        List<JsonNode> events = run(language, code.replace("\\n", "\n"));

        assertThat(error(events).path("ename").asText()).isEqualTo(name);
        assertThat(error(events).path("evalue").asText()).isEqualTo(value);
        assertThat(error(events).path("traceback")).isNotEmpty();
        assertThat(types(events)).doesNotContain("execution_complete");
    }

    @Test
    void codeWithoutALanguageIsACommand() {
        List<JsonNode> events = events(post("/code", Map.of("code", "echo a; exit 3")));

        assertThat(texts(events, "stdout")).containsExactly("a");
        assertThat(error(events).path("evalue").asText()).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "go", "typescript", "sql"})
    void anUnknownLanguageIsRefusedWithThoseThatThereAre(String language) {
        TestServer.Answer context = post("/code/context", Map.of("language", language));
        TestServer.Answer code = post("/code", Map.of("code", "1", "context", Map.of("language", language)));

        assertThat(context.status()).isEqualTo(400);
        assertThat(context.message())
                .isEqualTo(
                        "language: must be one of python, bash, javascript; others need a Jupyter server that runs in"
                                + " the sandbox and has a kernel for them");
        assertThat(code.status()).isEqualTo(400);
        assertThat(code.message()).startsWith("context.language: must be one of python, bash, javascript;");
        assertThat(client.get("/code/contexts").body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Python", "a b", "$(x)", "-c"})
    void whatCannotBeALanguageIsRefused(String language) {
        TestServer.Answer context = post("/code/context", Map.of("language", language));
        TestServer.Answer code = post("/code", Map.of("code", "1", "context", Map.of("language", language)));

        assertThat(context.status()).isEqualTo(400);
        assertThat(context.message()).startsWith("language: must be the name of a language");
        assertThat(code.status()).isEqualTo(400);
        assertThat(code.message()).startsWith("context.language: must be the name of a language");
    }

    @Test
    void aDirectoryThatCannotBeIsRefusedByItsName() {
        requireInterpreter("python");
        Map<String, String> nowhere = Map.of("language", "python", "cwd", "/dev/null/x");

        assertThat(post("/code/context", nowhere).message()).startsWith("cwd: must be a directory");
        assertThat(post("/code", Map.of("code", "1", "context", nowhere)).message())
                .startsWith("context.cwd: must be a directory");
    }

    @Test
    void anImageWithoutTheInterpreterSaysSoAtOnce() throws IOException {
        Path programs = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(programs.resolve("sh"), Path.of("/bin/dash"));
        server.exec.searchPrograms(programs);

        TestServer.Answer answer = post("/code/context", Map.of("language", "python"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("PROGRAM_NOT_FOUND");
        assertThat(answer.message()).contains("python3");
        assertThat(client.get("/code/contexts").body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"code": "", "context": {"language": "python"}}                  | code: must not be empty
        {"context": {"language": "python"}}                              | code: is required; what is to run
        {"code": "1", "timeout": -1, "context": {"language": "python"}}  | timeout: must be a whole number of milliseconds, 0 for none
        {"code": "1", "context": "python"}                               | context: must be an object
        """)
    void aWrongRequestNamesTheField(String body, String message) {
        TestServer.Answer answer = client.send("POST", "/code", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo(message);
    }

    @Test
    void anUnknownContextIsTold() {
        assertThat(post("/code", Map.of("code", "1", "context", Map.of("id", "no")))
                        .code())
                .isEqualTo("CONTEXT_NOT_FOUND");
        assertThat(client.send("DELETE", "/code/contexts/no", null).code()).isEqualTo("CONTEXT_NOT_FOUND");
        assertThat(client.send("DELETE", "/code?id=no", null).status()).isEqualTo(400);
        assertThat(client.send("DELETE", "/code/contexts", null).status()).isEqualTo(400);
    }

    @Test
    void aShellWithoutBashKeepsItsStateToo() throws IOException {
        Path programs = Files.createDirectory(directory.resolve("bin"));
        for (String name : List.of("sleep", "mkdir", "kill")) {
            Files.createSymbolicLink(programs.resolve(name), Path.of("/bin/" + name));
        }
        Files.createSymbolicLink(programs.resolve("sh"), Path.of("/bin/busybox"));
        server.exec.searchPrograms(programs);
        String id = create("bash");

        runIn(Map.of("id", id), "x=5; f() { echo \"x is $x\"; }");

        assertThat(output(runIn(Map.of("id", id), "f; echo ${BASH_VERSION-none}"), "stdout"))
                .isEqualTo("x is 5\nnone\n");
    }
}
