package dev.sandkeep.bootstrap.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tests of all modules, as their sources have them, and those that a page names as {@code `Class.method`}. */
final class NamedTests {

    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|IT|Contract)\\.\\w+)`");
    /** As tests are written here: neither private nor static, and nothing is returned. */
    private static final Pattern METHOD = Pattern.compile("(?m)^ +(?:default )?void (\\w+)\\(");

    private final Map<String, Set<String>> methodsByClass;

    private NamedTests(Map<String, Set<String>> methodsByClass) {
        this.methodsByClass = methodsByClass;
    }

    static NamedTests ofAllModules() {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return new NamedTests(modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(NamedTests::sources)
                    .collect(Collectors.toMap(
                            NamedTests::className, NamedTests::methods, NamedTests::union, TreeMap::new)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Stream<Path> sources(Path module) {
        try (Stream<Path> files = Files.walk(module)) {
            return files
                    .filter(file -> file.getFileName().toString().matches("\\w+(Test|IT|Contract)\\.java"))
                    .toList()
                    .stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String className(Path source) {
        return source.getFileName().toString().replace(".java", "");
    }

    private static Set<String> methods(Path source) {
        try {
            return METHOD.matcher(Files.readString(source))
                    .results()
                    .map(found -> found.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        one.addAll(other);
        return one;
    }

    /** All that a text names. */
    static List<String> in(String text) {
        return NAMED.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    boolean contains(String name) {
        String[] parts = name.split("\\.", 2);
        return methodsByClass.getOrDefault(parts[0], Set.of()).contains(parts[1]);
    }
}
