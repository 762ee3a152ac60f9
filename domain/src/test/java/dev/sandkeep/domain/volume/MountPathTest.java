package dev.sandkeep.domain.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountPathTest {

    @ParameterizedTest
    @CsvSource({
        "/mnt, /mnt",
        "/mnt/, /mnt",
        "//mnt///data//, /mnt/data",
        "/./mnt/./data/., /mnt/data",
        "/mnt/.hidden, /mnt/.hidden",
        "/mnt/..., /mnt/...",
        "/mnt/a..b, /mnt/a..b",
        "/mnt/with space, /mnt/with space",
        "/mnt/naïve 🙂, /mnt/naïve 🙂",
        "/procedures, /procedures",
        "/devices, /devices",
        "/opt/app, /opt/app",
        "/opt/sandkeeper, /opt/sandkeeper",
        "/etc/app, /etc/app",
        "/run/app, /run/app",
        "/usr, /usr"
    })
    void aPathIsBroughtIntoNormalForm(String text, String normal) {
        MountPath path = new MountPath(text);

        assertThat(path.value()).isEqualTo(normal);
        assertThat(new MountPath(normal)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "mnt", "./mnt", "../mnt", "~/mnt", "C:\\mnt", " /mnt"})
    void aRelativePathIsRefused(String text) {
        assertRefused(text, "mountPath: must be an absolute path of at most 4096 characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/mnt/..",
                "/mnt/../proc",
                "/mnt/../",
                "/mnt\0",
                "/mnt\n/data",
                "/mnt\t",
                "/mnt\u001b[2J",
                "/mnt\u007f",
                "/mnt:ro",
                "/mnt,readonly",
                "/mnt\\data"
            })
    void aPathWithoutSeparatorsOfOthersAndWithoutAWayUp(String text) {
        assertRefused(text, "mountPath: must not contain '..', a control character, a comma, a colon or a backslash");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "/.",
                "/proc",
                "/proc/",
                "//proc",
                "/./proc",
                "/proc/sys/kernel",
                "/sys",
                "/sys/fs/cgroup",
                "/dev",
                "/dev/shm",
                "/opt",
                "/opt/opensandbox",
                "/opt/opensandbox/bin",
                "/opt/sandkeep",
                "/opt/sandkeep/x",
                "/etc",
                "/etc/hosts",
                "/etc/hostname",
                "/etc/resolv.conf",
                "/sbin",
                "/sbin/docker-init",
                "/run",
                "/run/secrets"
            })
    void whatTheSandboxNeedsIsNotHidden(String text) {
        assertThatThrownBy(() -> new MountPath(text))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("mountPath: must not hide what the sandbox needs");
    }

    @Test
    void itMayHaveThisLength() {
        assertThatCode(() -> new MountPath("/" + "a".repeat(4095))).doesNotThrowAnyException();
        assertRefused("/" + "a".repeat(4096), "mountPath: must be an absolute path of at most 4096 characters");
    }

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> new MountPath(text))
                .isInstanceOf(InvalidValue.class)
                .hasMessage(message);
    }
}
