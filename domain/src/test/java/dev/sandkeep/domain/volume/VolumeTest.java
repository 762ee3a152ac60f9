package dev.sandkeep.domain.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import java.time.Duration;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeTest {

    private static final MountPath MOUNT = new MountPath("/mnt");

    static Stream<String> dnsLabels() {
        return Stream.of("a", "0", "a-b", "a--b", "a1", "a".repeat(63));
    }

    @ParameterizedTest
    @MethodSource("dnsLabels")
    void aNameIsADnsLabel(String name) {
        assertThat(hostPath(name, "/srv").name()).isEqualTo(name);
        assertThat(named(name, "claim").name()).isEqualTo(name);
        assertThat(named("a", name).claimName()).isEqualTo(name);
    }

    static Stream<String> noDnsLabels() {
        return Stream.of("", " ", "-a", "a-", "A", "a_b", "a.b", "a/b", "../a", "a b", "a\n", "a\0", "ä", "١");
    }

    @ParameterizedTest
    @MethodSource("noDnsLabels")
    void anythingElseIsNoName(String name) {
        String rule = "name: must be 1 to 63 of [a-z0-9-] that start and end with a letter or digit";

        assertRefused(() -> hostPath(name, "/srv"), rule);
        assertRefused(() -> named(name, "claim"), rule);
        assertRefused(
                () -> named("a", name),
                "pvc.claimName: must be 1 to 253 of [a-z0-9-] that start and end with a letter or digit");
    }

    @Test
    void namesMayHaveThisLength() {
        assertThat(named("a", "a".repeat(253)).claimName()).hasSize(253);
        assertThatThrownBy(() -> named("a", "a".repeat(254))).isInstanceOf(InvalidValue.class);
        assertThatThrownBy(() -> named("a".repeat(64), "claim")).isInstanceOf(InvalidValue.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/srv", "/srv/data/", "/srv//data", "/srv/with space"})
    void aHostPathIsAbsolute(String path) {
        assertThat(hostPath("a", path).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "srv", "./srv", "~", "C:\\srv"})
    void aRelativeHostPathIsRefused(String path) {
        assertRefused(() -> hostPath("a", path), "host.path: must be an absolute path of at most 4096 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/srv/..", "/srv/../etc", "/srv\0", "/srv\n", "/srv:/etc", "/srv,x", "/srv\\x"})
    void aHostPathHasNoWayUpAndNoSeparatorOfOthers(String path) {
        assertRefused(
                () -> hostPath("a", path),
                "host.path: must not contain '..', a control character, a comma, a colon or a backslash");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "-", "a-"})
    void aHugeNameIsRefusedSoon(String part) {
        String huge = part.repeat(1_000_000) + "!";

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertThatThrownBy(() -> named(huge, "claim")).isInstanceOf(InvalidValue.class);
            assertThatThrownBy(() -> named("a", huge)).isInstanceOf(InvalidValue.class);
        });
    }

    private static Volume.HostPath hostPath(String name, String path) {
        return new Volume.HostPath(name, MOUNT, false, null, path);
    }

    private static Volume.Named named(String name, String claimName) {
        return new Volume.Named(name, MOUNT, false, null, claimName, true, false);
    }

    private static void assertRefused(ThrowingCallable making, String message) {
        assertThatThrownBy(making).isInstanceOf(InvalidValue.class).hasMessage(message);
    }
}
