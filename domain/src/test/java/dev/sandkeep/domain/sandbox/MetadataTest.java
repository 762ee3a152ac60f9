package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of Kubernetes labels. */
class MetadataTest {

    private static final String LABEL = "a".repeat(63);
    private static final String DNS_253 = String.join(".", LABEL, LABEL, LABEL, "a".repeat(61));

    static Stream<String> keys() {
        return Stream.of(
                "a",
                "1",
                "A",
                "team",
                "a-b_c.d",
                "a.b/c",
                "example.com/Team",
                "a-b.c/d",
                "1.2/3",
                LABEL,
                DNS_253 + "/a",
                "a/" + LABEL,
                "notopensandbox.io/a",
                "opensandbox.io");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aKeyMayBe(String key) {
        assertThat(new Metadata(Map.of(key, "x")).labels()).containsEntry(key, "x");
    }

    static Stream<String> wrongKeys() {
        return Stream.of(
                "",
                " ",
                "-a",
                "a-",
                "_a",
                ".a",
                "a.",
                "a b",
                "a\n",
                "a\0",
                "ä",
                "١",
                "/a",
                "a/",
                "a/b/c",
                "A/b",
                "a_b/c",
                "-a/b",
                "a-/b",
                "a..b/c",
                ".a/b",
                "a:b",
                "a=b",
                LABEL + "a",
                "a/" + LABEL + "a",
                DNS_253 + "a/b");
    }

    @ParameterizedTest
    @MethodSource("wrongKeys")
    void aKeyMayNotBe(String key) {
        assertThatThrownBy(() -> new Metadata(Map.of(key, "x")))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("metadata: a key must be a Kubernetes label key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"opensandbox.io/a", "sandkeep.dev/a", "sandkeep.dev/"})
    void aReservedPrefixIsRefused(String key) {
        assertThatThrownBy(() -> new Metadata(Map.of(key, "x")))
                .isInstanceOf(InvalidValue.class)
                .hasMessageEndingWith("are reserved");
    }

    static Stream<String> values() {
        return Stream.of("", "a", "A", "0", "a-b_c.d", LABEL);
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueMayBe(String value) {
        assertThat(new Metadata(Map.of("key", value)).labels()).containsEntry("key", value);
    }

    static Stream<String> wrongValues() {
        return Stream.of(" ", "a b", "-a", "a-", ".", "a/b", "a,b", "a\n", "a\0", "ä", "🙂", "١", LABEL + "a");
    }

    @ParameterizedTest
    @MethodSource("wrongValues")
    void aValueMayNotBe(String value) {
        assertThatThrownBy(() -> new Metadata(Map.of("key", value)))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("metadata.key: must be a Kubernetes label value");
    }

    @Test
    void allProblemsAreToldTogether() {
        assertThatThrownBy(() -> new Metadata(Map.of("a", "!", "b", "!", "!", "c")))
                .isInstanceOfSatisfying(
                        InvalidValue.class,
                        invalid -> assertThat(invalid.problems()).hasSize(3));
    }

    @Test
    void thereMayBeThisManyLabels() {
        assertThatCode(() -> new Metadata(labels(Metadata.MAX_LABELS))).doesNotThrowAnyException();
        assertThatThrownBy(() -> new Metadata(labels(Metadata.MAX_LABELS + 1)))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("metadata: at most 64 entries are allowed");
    }

    @Test
    void theLabelsAreItsOwn() {
        Map<String, String> given = new HashMap<>(Map.of("a", "b"));
        Metadata metadata = new Metadata(given);
        given.clear();

        assertThat(metadata.labels()).containsExactly(Map.entry("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.", "a-", "-", "a/", "_"})
    void aHugeStringIsRefusedSoon(String part) {
        String huge = part.repeat(500_000) + "!";

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThatThrownBy(() -> new Metadata(Map.of(huge, huge))).isInstanceOf(InvalidValue.class));
    }

    private static Map<String, String> labels(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v" + i));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Data Processing Sandbox", "Ünïcode, (with) punctuation!"})
    void aNameMayBeAnyLineOfText(String name) {
        assertThat(new Metadata(Map.of("name", name)).labels()).containsEntry("name", name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "\u001b[31mred", "nul\0"})
    void aNameMayNotControlTheTerminalOfItsReader(String name) {
        assertThatThrownBy(() -> new Metadata(Map.of("name", name)))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("metadata.name: ");
    }

    @Test
    void aNameMayNotBeLongerThanALabelKey() {
        assertThatThrownBy(() -> new Metadata(Map.of("name", "a".repeat(254))))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("253");
    }

    private static Map<String, @Nullable String> patch(String key, @Nullable String value) {
        Map<String, @Nullable String> patch = new HashMap<>();
        patch.put(key, value);
        return patch;
    }

    @Test
    void aPatchAddsReplacesAndTakesAway() {
        Map<String, @Nullable String> patch = patch("gone", null);
        patch.put("changed", "new");
        patch.put("added", "");

        Metadata patched = new Metadata(Map.of("gone", "1", "changed", "old", "kept", "2")).patchedBy(patch);

        assertThat(patched.labels()).isEqualTo(Map.of("changed", "new", "added", "", "kept", "2"));
    }

    @Test
    void aPatchThatChangesNothingIsNothingToStore() {
        Metadata metadata = new Metadata(Map.of("team", "a"));

        assertThat(metadata.patchedBy(Map.of())).isSameAs(metadata);
        assertThat(metadata.patchedBy(patch("team", "a"))).isSameAs(metadata);
        assertThat(metadata.patchedBy(patch("absent", null))).isSameAs(metadata);
    }

    @ParameterizedTest
    @ValueSource(strings = {"opensandbox.io/id", "sandkeep.dev/x"})
    void aReservedKeyCanNeitherBeSetNorTakenAway(String key) {
        assertThatThrownBy(() -> Metadata.none().patchedBy(patch(key, "x")))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("reserved");
        assertThatThrownBy(() -> Metadata.none().patchedBy(patch(key, null)))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("reserved");
    }

    @Test
    void aPatchNamesAllItsProblemsAtOnce() {
        Map<String, @Nullable String> patch = patch("sandkeep.dev/x", null);
        patch.put("team", "not a label value");
        patch.put("no key!", "x");

        assertThatThrownBy(() -> Metadata.none().patchedBy(patch))
                .isInstanceOfSatisfying(
                        InvalidValue.class,
                        invalid -> assertThat(invalid.problems())
                                .extracting(Problem::field)
                                .containsExactlyInAnyOrder("metadata", "metadata", "metadata.team"));
    }

    @Test
    void whatIsTakenAwayNeedNotBeAKey() {
        assertThat(Metadata.none().patchedBy(patch("no key!", null))).isEqualTo(Metadata.none());
    }

    @Test
    void aPatchMayNotAddTooManyLabels() {
        Metadata full = new Metadata(labels(Metadata.MAX_LABELS));
        Map<String, @Nullable String> swap = patch("k0", null);
        swap.put("other", "x");

        assertThat(full.patchedBy(swap).labels()).hasSize(Metadata.MAX_LABELS);
        assertThatThrownBy(() -> full.patchedBy(patch("one-more", "x")))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("at most " + Metadata.MAX_LABELS);
    }
}
