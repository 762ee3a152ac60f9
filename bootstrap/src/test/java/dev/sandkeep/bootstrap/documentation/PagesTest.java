package dev.sandkeep.bootstrap.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of what the API answers, and of what the server does not do, name tests that exist and leave nothing out. */
class PagesTest {

    private static final String CONFORMANCE = "conformance.md";
    private static final String AVOIDED = "faults-avoided.md";
    private static final int FAULTS = 43;
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final Pattern OPERATION = Pattern.compile("## `([A-Z]+ \\S+)`.*");
    private static final Pattern STATUS = Pattern.compile("\\| (\\d{3}|default) \\| .*");
    private static final Pattern FAULT = Pattern.compile("\\| (\\d+) \\| [^|]+ \\| ([^|]+) \\|");
    /** Instead of a test: why the row needs none. */
    private static final String WITHOUT_TEST = "Does not apply: ";

    private static String page(String name) throws IOException {
        return Files.readString(Path.of("..", "docs", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {CONFORMANCE, AVOIDED})
    void everyTestThatAPageNamesExists(String name) throws IOException {
        NamedTests tests = NamedTests.ofAllModules();

        assertThat(NamedTests.in(page(name)))
                .isNotEmpty()
                .filteredOn(named -> !tests.contains(named))
                .isEmpty();
    }

    @Test
    void everyOperationAndStatusOfTheApiHasARow() throws IOException {
        JsonNode document = new ObjectMapper()
                .readTree(Path.of("..", "adapters-http", "src", "main", "resources", "openapi.json")
                        .toFile());
        Set<String> documented = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    String named = operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
                    operation
                            .getValue()
                            .path("responses")
                            .fieldNames()
                            .forEachRemaining(status -> documented.add(named + " " + status));
                }
            }
        }

        assertThat(rows(page(CONFORMANCE)).keySet()).containsAll(documented);
    }

    @Test
    void everyRowIsShownByATestOrSaysWhyItNeedsNone() throws IOException {
        assertThat(rows(page(CONFORMANCE)).entrySet())
                .allMatch(row -> !NamedTests.in(row.getValue()).isEmpty()
                        || row.getValue().contains(WITHOUT_TEST));
    }

    /** Row by operation and status. */
    private static Map<String, String> rows(String page) {
        Map<String, String> rows = new TreeMap<>();
        String operation = "";
        for (String line : page.lines().toList()) {
            Matcher heading = OPERATION.matcher(line);
            Matcher status = STATUS.matcher(line);
            if (heading.matches()) {
                operation = heading.group(1);
            } else if (status.matches()) {
                rows.put(operation + " " + status.group(1), line);
            }
        }
        return rows;
    }

    @Test
    void everyFaultHasARowWithATestOrTheReasonWhyItDoesNotApply() throws IOException {
        Map<Integer, String> rows = FAULT.matcher(page(AVOIDED))
                .results()
                .collect(Collectors.toMap(found -> Integer.valueOf(found.group(1)), found -> found.group(2)));

        assertThat(rows.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, FAULTS).boxed().toList());
        assertThat(rows.values()).allMatch(shown -> !NamedTests.in(shown).isEmpty() || shown.startsWith(WITHOUT_TEST));
    }
}
