package dev.sandkeep.adapters.docker;

import static dev.sandkeep.domain.exec.CodeLanguage.BASH;
import static dev.sandkeep.domain.exec.CodeLanguage.PYTHON;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.domain.exec.CodeContext;
import dev.sandkeep.domain.exec.CodeLanguage;
import dev.sandkeep.domain.exec.CodeResult;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.testkit.fixture.CodeRunner;
import dev.sandkeep.testkit.fixture.JupyterImage;
import dev.sandkeep.testkit.fixture.RecordedCode;
import dev.sandkeep.testkit.fixture.Specs;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Code in kernels of a Jupyter server that runs in a sandbox, which all of these tests share. */
class DockerJupyterIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final CodeLanguage SQL = new CodeLanguage("sql");
    private static final String[] SERVER = {
        "python3", "-m", "jupyter_server", "--allow-root", "--no-browser", "--ip=127.0.0.1", "--port=44771"
    };
    private static final String IS_SERVING =
            "python3 -c \"import socket; socket.create_connection(('127.0.0.1', 44771))\""
                    + " 2>/dev/null && echo serving";

    private static TestEngine engine;
    private static DockerSandboxRuntime runtime;
    private static Sandbox serving;

    private CodeRunner code;

    @BeforeAll
    static void start() {
        String image = JupyterImage.assumedName();
        engine = new TestEngine();
        runtime = engine.runtime();
        serving = launch(spec(image).entrypoint(SERVER));
        CodeRunner waiting = new CodeRunner(runtime.exec(), serving);
        await().atMost(SOON).until(() -> waiting.shell(IS_SERVING).contains("serving"));
    }

    @AfterAll
    static void removeWhatIsLeft() throws IOException {
        if (engine != null) {
            engine.close();
        }
    }

    private static Specs spec(String image) {
        return Specs.aSpec().image(image).limit("memory", "1Gi");
    }

    private static Sandbox launch(Specs spec) {
        Sandbox sandbox = aSandbox(spec);
        runtime.launch(sandbox);
        return sandbox;
    }

    @BeforeEach
    void begin() {
        code = new CodeRunner(runtime.exec(), serving);
    }

    @AfterEach
    void end() {
        code.close();
    }

    @Test
    void aKernelRunsTheCodeAndKeepsItsState() {
        code.run(PYTHON, "import sys\nx = 41");

        RecordedCode second =
                code.run(PYTHON, "print('out')\nprint('err', file=sys.stderr)\ntype(get_ipython()).__name__, x + 1");

        assertThat(second.completed()).as(second.toString()).isTrue();
        assertThat(second.out()).isEqualTo("out\n");
        assertThat(second.err()).isEqualTo("err\n");
        assertThat(second.value()).isEqualTo("('ZMQInteractiveShell', 42)");
        assertThat(second.results().getFirst().count()).isEqualTo(2);
    }

    @Test
    void aLanguageThatOnlyAKernelHasWorks() {
        code.run(SQL, "create table numbers (n)");
        code.run(SQL, "insert into numbers values (42)");

        assertThat(code.run(SQL, "select n from numbers").value()).isEqualTo("(42,)");
        assertThat(code.run(SQL, "select m from numbers").failure().name()).isEqualTo("OperationalError");
        assertThat(code.run(SQL, "select m from numbers").failure().value()).isEqualTo("no such column: m");
    }

    @Test
    void aLanguageThatNothingHasIsRefusedWithTheKernelsThatThereAre() {
        assertThatThrownBy(() -> code.create(new CodeLanguage("java")))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("language: must be one of python, bash, javascript")
                .hasMessageEndingWith("has kernels for bash, python, sql");
        assertThat(code.list()).isEmpty();
    }

    @Test
    void anErrorOfBashIsItsExitCode() {
        RecordedCode failed = code.run(BASH, "echo before; (exit 7)");

        assertThat(failed.out()).isEqualTo("before\n");
        assertThat(failed.failure().name()).isEqualTo("CommandExecError");
        assertThat(failed.failure().value()).isEqualTo("7");
    }

    @Test
    void anErrorIsToldWithItsTracebackAndTheStateStays() {
        RecordedCode failed = code.run(PYTHON, "x = 1\ndef f():\n    return x / 0\nf()");

        assertThat(failed.failure().name()).isEqualTo("ZeroDivisionError");
        assertThat(failed.failure().value()).isEqualTo("division by zero");
        assertThat(String.join("\n", failed.failure().traceback()))
                .contains("return x / 0")
                .doesNotContain("\u001b");
        assertThat(code.run(PYTHON, "x").value()).isEqualTo("1");
    }

    @Test
    void anInterruptEndsTheCodeAndTheContextIsUsedAgain() {
        CodeContext context = code.create(PYTHON);
        code.run(context, "x = 5");
        RecordedCode recorded = new RecordedCode();
        CompletableFuture<RecordedCode> running = code.begin(context, "print('begun')\nwhile True: pass", recorded);
        await().atMost(SOON).until(() -> recorded.out().contains("begun"));

        code.interrupt(context);

        assertThat(running.join().failure().name()).isEqualTo("KeyboardInterrupt");
        assertThat(code.run(context, "x").value()).isEqualTo("5");
    }

    @Test
    void whatTakesTooLongIsInterruptedAndTheStateStays() {
        CodeContext context = code.create(PYTHON);
        code.run(context, "x = 5");

        RecordedCode late = code.run(context, "while True: pass", Duration.ofMillis(500));

        assertThat(late.failure().name()).isEqualTo("TimeoutError");
        assertThat(code.run(context, "x").value()).isEqualTo("5");
    }

    @Test
    void whatDefiesTheInterruptIsEndedWithItsKernel() {
        CodeContext context = code.create(PYTHON);
        String process = code.run(context, "import os, signal; os.getpid()").value();

        RecordedCode late = code.run(
                context, "signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", Duration.ofMillis(500));

        assertThat(late.failure().name()).isEqualTo("TimeoutError");
        await().atMost(SOON).until(() -> !code.hasProcess(process));
        assertThat(code.run(context, "os").failure().name()).isEqualTo("NameError");
    }

    @Test
    void aDeletedContextEndsWithItsKernelAndWhatRunsInIt() {
        CodeContext context = code.create(PYTHON);
        String process = code.run(context, "import os, time; os.getpid()").value();
        RecordedCode recorded = new RecordedCode();
        CompletableFuture<RecordedCode> running = code.begin(context, "print('begun')\ntime.sleep(600)", recorded);
        await().atMost(SOON).until(() -> recorded.out().contains("begun"));

        code.delete(context);

        assertThat(running.join().failure().name()).isEqualTo("ContextDeleted");
        await().atMost(SOON).until(() -> !code.hasProcess(process));
    }

    @Test
    void theDeathOfAKernelIsToldAndTheNextCodeBeginsAnew() {
        CodeContext context = code.create(PYTHON);
        code.run(context, "import os");

        RecordedCode last = code.run(context, "os._exit(3)");

        assertThat(last.failure().name()).isEqualTo("InterpreterEnded");
        assertThat(code.run(context, "os").failure().name()).isEqualTo("NameError");
    }

    @Test
    void aServerThatStopsEndsItsKernels() {
        String process = code.run(code.create(PYTHON), "import os; os.getpid()").value();

        code.close();

        await().atMost(SOON).until(() -> !code.hasProcess(process));
    }

    @Test
    void aContextBeginsInItsDirectoryWhereverThatIs() {
        CodeContext context = code.create(PYTHON, "/tmp/sandkeep code/new");

        assertThat(code.run(context, "import os; print(os.getcwd())").out()).isEqualTo("/tmp/sandkeep code/new\n");
    }

    @Test
    void thereIsNoInput() {
        assertThat(code.run(PYTHON, "input('?')").failure().name()).isEqualTo("StdinNotImplementedError");
    }

    @Test
    void valuesAndFiguresComeInTheirForms() {
        RecordedCode shown = code.run(PYTHON, """
            from IPython.display import JSON, display
            import matplotlib.pyplot as plt
            display(JSON({'a': 1}))
            plt.plot([1, 2])
            plt.show()
            'last'""");

        assertThat(shown.results()).hasSize(3);
        assertThat(shown.results().get(0).representations()).containsEntry("application/json", "{\"a\": 1}");
        assertIsPicture(shown.results().get(1));
        assertThat(shown.results().get(2).representations()).isEqualTo(Map.of("text/plain", "'last'"));
    }

    private static void assertIsPicture(CodeResult shown) {
        assertThat(shown.representations().get("text/plain")).contains("Figure");
        assertThat(shown.representations().get("image/png")).startsWith("iVBORw0KGgo");
    }

    @Test
    void aFigureIsShownWithoutAServerToo() {
        Sandbox silent = launch(spec(JupyterImage.assumedName()));
        try (CodeRunner own = new CodeRunner(runtime.exec(), silent)) {
            RecordedCode shown = own.run(PYTHON, "import matplotlib.pyplot as plt\nx = plt.plot([1, 2])");

            assertThat(own.run(PYTHON, "'get_ipython' in globals()").value()).isEqualTo("False");
            assertThat(shown.results()).hasSize(1);
            assertIsPicture(shown.results().getFirst());
        }
    }

    @Test
    void whereAServerOnlyWasTheInterpreterOfTheImageRunsTheCode() {
        Sandbox deserted = launch(spec(JupyterImage.assumedName()));
        try (CodeRunner own = new CodeRunner(runtime.exec(), deserted)) {
            own.shell("mkdir -p ~/.local/share/jupyter/runtime; echo '{\"hostname\": \"127.0.0.1\", \"port\": 44771,"
                    + " \"base_url\": \"/\", \"token\": \"t\", \"root_dir\": \"/\", \"secure\": false, \"sock\": \"\"}'"
                    + " >~/.local/share/jupyter/runtime/jpserver-1.json");

            assertThat(own.run(PYTHON, "2 + 2").value()).isEqualTo("4");
            assertThatThrownBy(() -> own.run(SQL, "select 1"))
                    .isInstanceOf(InvalidValue.class)
                    .hasMessageContaining("context.language: must be one of python, bash, javascript; others need a");
        }
    }
}
