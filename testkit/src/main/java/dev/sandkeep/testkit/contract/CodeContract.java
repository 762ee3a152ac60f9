package dev.sandkeep.testkit.contract;

import static dev.sandkeep.domain.exec.CodeLanguage.BASH;
import static dev.sandkeep.domain.exec.CodeLanguage.PYTHON;
import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.domain.exec.CodeContext;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.testkit.fixture.CodeRunner;
import dev.sandkeep.testkit.fixture.RecordedCode;
import dev.sandkeep.testkit.fixture.Specs;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How code with a state behaves, whatever the sandbox is made on. An implementation gives each test a runtime of its own,
 * and removes afterwards what the test left.
 */
public interface CodeContract {

    Duration SOON = Duration.ofSeconds(30);

    SandboxExec exec();

    SandboxRuntime execRuntime();

    /** What sandboxes have that have Python, and bash. */
    default Specs withPython() {
        return Specs.aSpec().image("python:3.11");
    }

    /** In a sandbox that has Python, and bash. */
    private CodeRunner python() {
        return runner(withPython());
    }

    private CodeRunner runner(Specs spec) {
        Sandbox sandbox = aSandbox(spec);
        execRuntime().launch(sandbox);
        return new CodeRunner(exec(), sandbox);
    }

    private static void awaitBegun(RecordedCode recorded) {
        await("begun").atMost(SOON).until(recorded::out, out -> out.contains("begun"));
    }

    private static void awaitEnd(CodeRunner code, String process) {
        await("the end of process " + process).atMost(SOON).until(() -> !code.hasProcess(process));
    }

    @Test
    default void valuesOutputsAndWhatIsLeftBehindAreTold() {
        try (CodeRunner code = python()) {
            code.run(PYTHON, "import sys\nx = 41\ndef f(): return x + 1");

            RecordedCode second = code.run(PYTHON, "print('out')\nprint('err', file=sys.stderr)\nf()");

            assertThat(second.completed()).as(second.toString()).isTrue();
            assertThat(second.out()).isEqualTo("out\n");
            assertThat(second.err()).isEqualTo("err\n");
            assertThat(second.value()).isEqualTo("42");
            assertThat(second.results().getFirst().count()).isEqualTo(2);
        }
    }

    /** With bash, and with nothing but busybox. */
    @ParameterizedTest
    @CsvSource({"python:3.11", "sandkeep-test/busybox:1"})
    default void aShellKeepsItsStateThroughErrorsAndInterrupts(String image) {
        try (CodeRunner code = runner(Specs.aSpec().image(image))) {
            CodeContext context = code.create(BASH);
            code.run(context, "cd /tmp; x=41; f() { echo $((x + 1)) in \"$PWD\"; }");

            RecordedCode failed = code.run(context, "f; ls /none 2>/dev/null; (exit 7)");
            RecordedCode interrupted = interruptedOnceBegun(code, context, "echo begun; while :; do sleep 600; done");
            RecordedCode after = code.run(context, "f");

            assertThat(failed.out()).isEqualTo("42 in /tmp\n");
            assertThat(failed.failure().name()).isEqualTo("CommandExecError");
            assertThat(failed.failure().value()).isEqualTo("7");
            assertThat(interrupted.failure().value()).isEqualTo("130");
            assertThat(after.out()).isEqualTo("42 in /tmp\n");
            assertThat(after.completed()).isTrue();
        }
    }

    /** Which needs that it is told at once that the code begun. */
    private static RecordedCode interruptedOnceBegun(CodeRunner code, CodeContext context, String text) {
        RecordedCode recorded = new RecordedCode();
        CompletableFuture<RecordedCode> running = code.begin(context, text, recorded);
        awaitBegun(recorded);
        code.interrupt(context);
        return running.join();
    }

    @Test
    default void anErrorIsToldWithItsTracebackAndTheStateStays() {
        try (CodeRunner code = python()) {
            RecordedCode failed = code.run(PYTHON, "x = 1\ndef f():\n    return x / 0\nf()");

            assertThat(failed.failure().name()).isEqualTo("ZeroDivisionError");
            assertThat(failed.failure().value()).isEqualTo("division by zero");
            assertThat(String.join("\n", failed.failure().traceback())).contains("in f", "return x / 0");
            assertThat(code.run(PYTHON, "x").value()).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @CsvSource({"while True: pass", "import time; time.sleep(600)"})
    default void anInterruptEndsTheCodeAndTheContextIsUsedAgain(String endless) {
        try (CodeRunner code = python()) {
            CodeContext context = code.create(PYTHON);
            code.run(context, "x = 5");

            RecordedCode interrupted = interruptedOnceBegun(code, context, "print('begun')\n" + endless);

            assertThat(interrupted.failure().name()).isEqualTo("KeyboardInterrupt");
            assertThat(code.run(context, "x").value()).isEqualTo("5");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        PYTHON | while True: pass            | x = 5 | print(x)
        BASH   | while :; do sleep 600; done | x=5   | echo $x
        """)
    default void whatTakesTooLongIsInterruptedAndTheStateStays(
            String language, String endless, String before, String after) {
        try (CodeRunner code = python()) {
            CodeContext context = code.create(language.equals("BASH") ? BASH : PYTHON);
            code.run(context, before);

            RecordedCode late = code.run(context, endless, Duration.ofMillis(500));

            assertThat(late.failure().name()).isEqualTo("TimeoutError");
            assertThat(code.run(context, after).out()).isEqualTo("5\n");
        }
    }

    @Test
    default void whatDefiesTheInterruptIsEndedWithItsInterpreter() {
        try (CodeRunner code = python()) {
            CodeContext context = code.create(PYTHON);
            String process = code.run(context, "import os, signal; os.getpid()").value();

            RecordedCode late = code.run(
                    context, "signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", Duration.ofMillis(200));

            assertThat(late.failure().name()).isEqualTo("TimeoutError");
            assertThat(code.hasProcess(process)).isFalse();
            assertThat(code.run(context, "os").failure().name()).isEqualTo("NameError");
        }
    }

    @Test
    default void aClientThatGoesAwayInterruptsItsCodeOnly() {
        try (CodeRunner code = python()) {
            CodeContext context = code.create(PYTHON);
            code.run(context, "x = 5");
            RecordedCode leaving = new RecordedCode();
            CompletableFuture<RecordedCode> running = code.begin(
                    context, "import time\nwhile True:\n    print('begun', flush=True)\n    time.sleep(0.05)", leaving);
            awaitBegun(leaving);

            leaving.goAway();

            assertThatThrownBy(running::join).hasStackTraceContaining("Nobody listens any more");
            assertThat(code.run(context, "x").value()).isEqualTo("5");
        }
    }

    @Test
    default void contextsRunAtOnceAndDoNotSeeOneAnother() {
        try (CodeRunner code = python()) {
            CodeContext one = code.create(PYTHON);
            CodeContext other = code.create(PYTHON);
            CodeContext shell = code.create(BASH);
            RecordedCode waiting = new RecordedCode();
            CompletableFuture<RecordedCode> running = code.begin(
                    one,
                    "import os, time\nx = 1\nprint('begun')\nwhile not os.path.exists('/tmp/sandkeep-go'): time.sleep(0.01)\nx",
                    waiting);
            awaitBegun(waiting);

            RecordedCode meanwhile = code.run(other, "x");
            code.run(shell, "touch /tmp/sandkeep-go");

            assertThat(running.join().value()).isEqualTo("1");
            assertThat(meanwhile.failure().name()).isEqualTo("NameError");
            assertThat(code.run(shell, "rm /tmp/sandkeep-go").completed()).isTrue();
            assertThat(code.list()).containsExactly(one, other, shell);
        }
    }

    @Test
    default void aDeletedContextEndsWithWhatRunsInIt() {
        try (CodeRunner code = python()) {
            CodeContext context = code.create(PYTHON);
            String process = code.run(context, "import os, time; os.getpid()").value();
            RecordedCode recorded = new RecordedCode();
            CompletableFuture<RecordedCode> running = code.begin(context, "print('begun')\ntime.sleep(600)", recorded);
            awaitBegun(recorded);

            code.delete(context);

            assertThat(running.join().failure().name()).isEqualTo("ContextDeleted");
            awaitEnd(code, process);
            assertThat(code.list()).isEmpty();
            assertThatThrownBy(() -> code.run(context, "1")).isInstanceOf(ExecException.ContextNotFound.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"os._exit(3), 3", "'os.kill(os.getpid(), 9)', 137"})
    default void theDeathOfAnInterpreterIsToldAndTheNextCodeBeginsAnew(String death, int exitCode) {
        try (CodeRunner code = python()) {
            CodeContext context = code.create(PYTHON);
            code.run(context, "import os");

            RecordedCode last = code.run(context, "print('last words')\n" + death);
            RecordedCode next = code.run(context, "os");

            assertThat(last.out()).isEqualTo("last words\n");
            assertThat(last.failure().name()).isEqualTo("InterpreterEnded");
            assertThat(last.failure().value()).contains("exit code " + exitCode);
            assertThat(next.failure().name()).isEqualTo("NameError");
        }
    }

    @Test
    default void anInterpreterThatIsKilledWhileNothingRunsBeginsAnew() {
        try (CodeRunner code = python()) {
            CodeContext context = code.create(PYTHON);
            String process = code.run(context, "import os; os.getpid()").value();

            code.shell("kill -KILL " + process);
            awaitEnd(code, process);

            assertThat(code.run(context, "2 + 2").value()).isEqualTo("4");
        }
    }

    @Test
    default void richValuesComeInAllTheirForms() {
        try (CodeRunner code = python()) {
            RecordedCode shown = code.run(PYTHON, """
                class Rich:
                    def __repr__(self): return 'plain'
                    def _repr_html_(self): return '<b>rich</b>'
                    def _repr_png_(self): return b'\\x89PNG'
                    def _repr_mimebundle_(self): return {'application/x-more': {'a': 1}}
                display('on the way')
                Rich()""");

            assertThat(shown.results()).hasSize(2);
            assertThat(shown.results().getFirst().representations()).isEqualTo(Map.of("text/plain", "'on the way'"));
            assertThat(shown.results().getLast().representations())
                    .isEqualTo(Map.of(
                            "text/plain", "plain",
                            "text/html", "<b>rich</b>",
                            "image/png", "iVBORw==",
                            "application/x-more", "{\"a\": 1}"));
        }
    }

    @Test
    default void longCodeAndLongValuesComeWhole() {
        int length = 900_000;
        try (CodeRunner code = python()) {
            RecordedCode shown = code.run(PYTHON, "x = '" + "y".repeat(length) + "'\nprint(len(x))\nx");

            assertThat(shown.out()).isEqualTo(length + "\n");
            assertThat(shown.value()).hasSize(length + 2);
        }
    }

    @Test
    default void aContextBeginsInItsDirectoryWhichIsMade() {
        try (CodeRunner code = python()) {
            CodeContext context = code.create(PYTHON, "/tmp/sandkeep code/new");

            assertThat(code.run(context, "import os; print(os.getcwd())").out()).isEqualTo("/tmp/sandkeep code/new\n");
        }
    }

    @Test
    default void aServerThatStopsEndsItsInterpreters() {
        CodeRunner code = python();
        CodeContext idle = code.create(PYTHON);
        CodeContext busy = code.create(PYTHON);
        String one = code.run(idle, "import os; os.getpid()").value();
        String other = code.run(busy, "import os, time; os.getpid()").value();
        RecordedCode recorded = new RecordedCode();
        CompletableFuture<RecordedCode> running = code.begin(busy, "print('begun')\ntime.sleep(600)", recorded);
        awaitBegun(recorded);

        code.close();

        assertThat(running.join().completed()).isFalse();
        awaitEnd(code, one);
        awaitEnd(code, other);
    }
}
