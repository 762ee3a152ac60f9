package dev.sandkeep.bootstrap.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.sandbox.Exit;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.PausedTime;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.sandbox.SandboxState;
import dev.sandkeep.domain.sandbox.StatusReason;
import dev.sandkeep.domain.sandbox.StopCause;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pictures in ARCHITECTURE.md show what is there, no more and no less. */
class DiagramTest {

    private static final Path ROOT = repositoryRoot();
    private static final Instant LATER = Instant.parse("2026-06-01T12:00:00Z");

    private static final Set<String> MODULES = Set.of(
            "domain",
            "egress",
            "application",
            "testkit",
            "adapters-http",
            "adapters-runtime",
            "adapters-docker",
            "adapters-k8s",
            "adapters-persistence",
            "bootstrap");

    private static final List<UnaryOperator<Sandbox>> EVENTS = List.of(
            sandbox -> sandbox.started(LATER),
            sandbox -> sandbox.provisioningFailed(StatusReason.RUNTIME_ERROR, "no", LATER),
            sandbox -> sandbox.beginPause(PausedTime.COUNTS, LATER),
            sandbox -> sandbox.paused(LATER),
            sandbox -> sandbox.beginResume(LATER),
            sandbox -> sandbox.resumed(LATER),
            sandbox -> sandbox.beginStop(StopCause.TTL_EXPIRY, LATER),
            sandbox -> sandbox.stopped(LATER),
            sandbox -> sandbox.observed(new Observation.Created(), LATER),
            sandbox -> sandbox.observed(new Observation.Running(), LATER),
            sandbox -> sandbox.observed(new Observation.Paused(), LATER),
            sandbox -> sandbox.observed(exit(0), LATER),
            sandbox -> sandbox.observed(exit(1), LATER),
            sandbox -> sandbox.observed(new Observation.Evicted("gone"), LATER),
            sandbox -> sandbox.observed(new Observation.Remnant(), LATER),
            sandbox -> sandbox.observed(new Observation.Missing(), LATER));

    @Test
    void theStateDiagramShowsEveryTransitionOfTheCode() throws IOException {
        Set<String> drawn = arrows("stateDiagram-v2", Pattern.compile("(\\w+) --> (\\w+)"));

        assertThat(drawn).isEqualTo(transitionsOfTheCode());
    }

    @Test
    void theHexagonShowsEveryDependencyBetweenModules() throws IOException {
        Set<String> drawn = arrows("flowchart", Pattern.compile("([\\w-]+) --> ([\\w-]+)"));

        assertThat(drawn).isEqualTo(withoutShortcuts(dependenciesOfThePoms()));
    }

    private static Observation exit(int code) {
        return new Observation.Exited(new Exit(code, Exit.Cause.PROCESS_ENDED, null));
    }

    /** Walks every state that can be reached by any sequence of events. */
    private static Set<String> transitionsOfTheCode() {
        Set<String> transitions = new TreeSet<>();
        Set<SandboxState.Kind> seen = new TreeSet<>();
        Deque<Sandbox> open = new ArrayDeque<>(List.of(Sandboxes.aSandbox()));
        while (!open.isEmpty()) {
            Sandbox sandbox = open.pop();
            if (seen.add(sandbox.state().kind())) {
                for (Sandbox next : successors(sandbox)) {
                    transitions.add(word(sandbox) + " " + word(next));
                    open.push(next);
                }
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(SandboxState.Kind.values());
        return transitions;
    }

    private static List<Sandbox> successors(Sandbox sandbox) {
        return EVENTS.stream()
                .flatMap(event -> {
                    try {
                        return Stream.of(event.apply(sandbox));
                    } catch (SandboxException.IllegalTransition refused) {
                        return Stream.empty();
                    }
                })
                .filter(next -> next.state().kind() != sandbox.state().kind())
                .toList();
    }

    private static String word(Sandbox sandbox) {
        return sandbox.state().kind().word();
    }

    private static Set<String> arrows(String diagram, Pattern arrow) throws IOException {
        String page = Files.readString(ROOT.resolve("ARCHITECTURE.md"));
        int start = page.indexOf("```mermaid\n" + diagram);
        assertThat(start).as("the " + diagram + " in ARCHITECTURE.md").isNotNegative();
        String text = page.substring(start, page.indexOf("```", start + 3));
        return arrow.matcher(text).results().map(DiagramTest::pair).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String pair(MatchResult arrow) {
        return arrow.group(1) + " " + arrow.group(2);
    }

    /** Test scope is no dependency of the product. */
    private static Set<String> dependenciesOfThePoms() throws IOException {
        Pattern dependency =
                Pattern.compile("<dependency>\\s*<groupId>dev\\.sandkeep</groupId>\\s*<artifactId>sandkeep-([\\w-]+)"
                        + "</artifactId>\\s*</dependency>");
        Set<String> dependencies = new TreeSet<>();
        for (String module : MODULES) {
            String pom = Files.readString(ROOT.resolve(module).resolve("pom.xml"));
            dependency.matcher(pom).results().forEach(found -> dependencies.add(module + " " + found.group(1)));
        }
        return dependencies;
    }

    /** The picture leaves out what follows from another arrow: application brings domain along. */
    private static Set<String> withoutShortcuts(Set<String> dependencies) {
        return dependencies.stream()
                .filter(one ->
                        !one.endsWith(" domain") || !dependencies.contains(one.replace(" domain", " application")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Path repositoryRoot() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("ARCHITECTURE.md"))) {
            directory = directory.getParent();
        }
        return directory;
    }
}
