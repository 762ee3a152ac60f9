package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of github.com/distribution/reference, with Docker's defaults. */
class ImageRefTest {

    private static final String HEX = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
        python                              | docker.io                 | library/python | latest
        python:3.11                         | docker.io                 | library/python | 3.11
        docker.io/python:3.11               | docker.io                 | library/python | 3.11
        docker.io/library/python            | docker.io                 | library/python | latest
        index.docker.io/python              | docker.io                 | library/python | latest
        team/app                            | docker.io                 | team/app       | latest
        a/b/c                               | docker.io                 | a/b/c          | latest
        deadbeef                            | docker.io                 | library/deadbeef | latest
        localhost/a                         | localhost                 | a              | latest
        localhost:5000/a                    | localhost:5000            | a              | latest
        localhost:5000/a:b                  | localhost:5000            | a              | b
        registry:5000/a                     | registry:5000             | a              | latest
        registry.example.com/team/app:v1    | registry.example.com      | team/app       | v1
        registry.example.com:443/team/app   | registry.example.com:443  | team/app       | latest
        REGISTRY.example.com/app            | REGISTRY.example.com      | app            | latest
        10.0.0.1/app                        | 10.0.0.1                  | app            | latest
        [::1]:5000/app                      | [::1]:5000                | app            | latest
        [2001:db8::1]/app                   | [2001:db8::1]             | app            | latest
        a_b.c__d-e---f                      | docker.io                 | library/a_b.c__d-e---f | latest
        app:UPPER_case.1-x                  | docker.io                 | library/app    | UPPER_case.1-x
        """)
    void aReferenceMeansThis(String text, String registry, String path, String tag) {
        ImageRef image = ImageRef.parse(text);

        assertThat(image.registry()).isEqualTo(registry);
        assertThat(image.path()).isEqualTo(path);
        assertThat(image.tag()).isEqualTo(tag);
        assertThat(image.digest()).isNull();
        assertThat(image.repository()).isEqualTo(registry + "/" + path);
        assertThat(image).hasToString(text);
    }

    @Test
    void aDigestTakesThePlaceOfTheDefaultTag() {
        ImageRef image = ImageRef.parse("registry.example.com/team/app@sha256:" + HEX);

        assertThat(image.repository()).isEqualTo("registry.example.com/team/app");
        assertThat(image.tag()).isNull();
        assertThat(image.digest()).isEqualTo("sha256:" + HEX);
    }

    @Test
    void aTagMayStandBesideADigest() {
        ImageRef image = ImageRef.parse("app:v1@sha256:" + HEX);

        assertThat(image.tag()).isEqualTo("v1");
        assertThat(image.digest()).isEqualTo("sha256:" + HEX);
    }

    @ParameterizedTest
    @CsvSource({"app, true", "app:latest, true", "app:1, false"})
    void latestMeansAnotherImageAfterEveryPush(String text, boolean isLatest) {
        assertThat(ImageRef.parse(text).isLatest()).isEqualTo(isLatest);
        assertThat(ImageRef.parse(text + "@sha256:" + HEX).isLatest()).isFalse();
    }

    @Test
    void everyWayToWriteARepositoryNamesTheSameOne() {
        assertThat(new String[] {
                    "python",
                    "python:3.11",
                    "library/python",
                    "docker.io/python",
                    "docker.io/library/python:3",
                    "index.docker.io/library/python@sha256:" + HEX
                })
                .extracting(text -> ImageRef.parse(text).repository())
                .containsOnly("docker.io/library/python");
    }

    @Test
    void spaceAroundAReferenceIsNotPartOfIt() {
        assertThat(ImageRef.parse(" python:3.11\n")).hasToString("python:3.11");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Python",
                "team/App",
                "Team/app",
                "py thon",
                "python :3",
                "python\n3",
                "python\0",
                "python\u0000:3",
                "pythön",
                "ｐython",
                "/python",
                "python/",
                "a//b",
                "../etc",
                "a/../b",
                "a/./b",
                ".a",
                "a.",
                "a..b",
                "_a",
                "a___b",
                "-a",
                "a-",
                "python:",
                "python:.a",
                "python:-a",
                "python:a/b",
                "python:a:b",
                "python:ä",
                ":3.11",
                "@sha256:0123456789abcdef0123456789abcdef",
                "python@",
                "python@sha256",
                "python@sha256:",
                "python@sha256:0123",
                "python@sha256:0123456789ABCDEF0123456789ABCDEF",
                "python@sha256:xyz0123456789abcdef0123456789abc",
                "http://registry.example.com/app",
                "docker://python",
                "user@registry.example.com/app",
                "registry.example.com:/app",
                "registry.example.com:port/app",
                "registry.example.com:123456/app",
                "-registry.example.com/app",
                "registry..example.com/app",
                "registry_1.example.com/app",
                "[::1/app",
                "[::1%eth0]/app",
                "[not]/app",
                "::1/app",
                "python;rm",
                "--privileged",
                "$(id)"
            })
    void thisIsNoReference(String text) {
        assertRefused(text);
    }

    /** It would name an image of this host, whoever it belongs to, past the registry's credentials. */
    @Test
    void anImageIdIsNoReference() {
        assertRefused(HEX);
        assertRefused("sha256:" + HEX);
        assertRefused(" " + HEX + " ");
    }

    @Test
    void aTagMayBeAHash() {
        assertThat(ImageRef.parse("app:" + HEX).tag()).isEqualTo(HEX);
    }

    @Test
    void aLongTagOrNameIsRefused() {
        assertThat(ImageRef.parse("a:" + "b".repeat(128)).tag()).hasSize(128);
        assertRefused("a:" + "b".repeat(129));
        assertThat(ImageRef.parse("a.io/" + "b".repeat(250)).repository()).hasSize(255);
        assertRefused("a.io/" + "b".repeat(251));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.", "a-", "a_", "a/", ":", "a:1/", "[", "[::", "-", "a@", "\0"})
    void aHugeStringIsRefusedSoon(String part) {
        String huge = part.repeat(100_000);
        String longest = part.repeat(512).substring(0, 511) + "!";

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertRefused(huge);
            assertRefused(longest);
        });
    }

    private static void assertRefused(String text) {
        assertThatThrownBy(() -> ImageRef.parse(text))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("image.uri: must be an image reference");
    }
}
