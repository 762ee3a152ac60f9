package dev.sandkeep.adapters.http.exec;

import static dev.sandkeep.adapters.http.exec.ExecClient.events;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of what code writes, and of the values that it shows. */
class CodeOutputTest extends CodeOnThisMachine {

    @Test
    void aTracebackShowsTheCodeAndNothingOfOurs() {
        List<JsonNode> events = run("python", "def f():\n    return 1 / 0\n\nf()");

        String traceback = error(events).path("traceback").toString();
        assertThat(traceback).contains("<cell 1>", "in f", "return 1 / 0", "ZeroDivisionError");
        assertThat(traceback).doesNotContain("sandkeep-driver");
    }

    @Test
    void childrenWriteToTheSameOutputs() {
        List<JsonNode> events = run("python", "import os\nx = os.system('echo child; echo error >&2; cat')\nprint(x)");

        assertThat(output(events, "stdout")).isEqualTo("child\n0\n");
        assertThat(output(events, "stderr")).isEqualTo("error\n");
    }

    @Test
    void whatLooksLikeAMessageIsOutput() {
        List<JsonNode> events = run("python", "print('\\x1e' + '0' * 32 + '.end')\nprint('+.end')");

        assertThat(output(events, "stdout")).isEqualTo("\u001e" + "0".repeat(32) + ".end\n+.end\n");
        assertThat(events.getLast().path("type").asText()).isEqualTo("execution_complete");
    }

    @Test
    void charactersAreNotCutInTwo() {
        List<JsonNode> events = run(
                "python",
                "import os, time\nfor b in '\\u00e4\\u20ac\\U0001f642'.encode(): os.write(1, bytes([b])); time.sleep(0.02)");

        assertThat(output(events, "stdout")).isEqualTo("\u00e4\u20ac\ud83d\ude42");
    }

    @Test
    void closedOutputsDoNotHideTheEnd() {
        List<JsonNode> events = run("python", "import os, sys\nsys.stdout.close()\nos.close(2)\n7");

        assertThat(result(events).path("text").asText()).isEqualTo("7");
        assertThat(output(run("python", "import os\nos.system('true')"), "stderr"))
                .isEmpty();
    }

    @Test
    void richValuesAreShownInAllTheirForms() {
        List<JsonNode> events = run("python", """
            class Rich:
                def __repr__(self): return 'plain'
                def _repr_html_(self): return '<b>rich</b>'
                def _repr_png_(self): return b'\\x89PNG'
                def _repr_json_(self): return {'a': 1}
                def _repr_latex_(self): return None
            Rich()""");

        Map<String, String> expected = new HashMap<>();
        expected.put("text", "plain");
        expected.put("text/plain", "plain");
        expected.put("text/html", "<b>rich</b>");
        expected.put("image/png", "iVBORw==");
        expected.put("application/json", "{\"a\": 1}");
        assertThat(result(events).properties())
                .allMatch(entry -> entry.getValue().asText().equals(expected.get(entry.getKey())))
                .hasSize(expected.size());
    }

    @Test
    void valuesCanBeShownOnTheWay() {
        List<JsonNode> events = run("python", "display(1, 'two')\nprint('done')");

        assertThat(types(events)).containsExactly("init", "result", "result", "stdout", "execution_complete");
    }

    @Test
    void aLargeValueComesWhole() {
        List<JsonNode> events = run("python", "'\\u00e4' * 300000");

        assertThat(result(events).path("text").asText()).hasSize(300_002);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        python     | import asyncio; await asyncio.sleep(0, 5) | 5
        python     | x = 3; x;                                 |
        python     | _ = 6; _                                  | 6
        javascript | const f = async () => 5; await f()        | 5
        javascript | const g = await 5                         | 5
        javascript | Promise.resolve([1, 2])                   | [ 1, 2 ]
        javascript | ({ a: 1 })                                | { a: 1 }
        javascript | require('path').sep.length                | 1
        """)
    void theLastExpressionIsTheResult(String language, String code, String expected) {
        List<JsonNode> events = run(language, code);

        assertThat(events.getLast().path("type").asText()).as(events.toString()).isEqualTo("execution_complete");
        if (expected == null) {
            assertThat(types(events)).doesNotContain("result");
        } else {
            assertThat(result(events).path("text").asText()).isEqualTo(expected);
        }
    }
}
