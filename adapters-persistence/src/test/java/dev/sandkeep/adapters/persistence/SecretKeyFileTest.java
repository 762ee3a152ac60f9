package dev.sandkeep.adapters.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretKeyFileTest {

    @TempDir
    Path parent;

    private Path directory;
    private Path file;

    @BeforeEach
    void locate() {
        directory = parent.resolve("var/data");
        file = directory.resolve("secret.key");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aKeyIsMadeForItsOwnerOnly() throws IOException {
        SecretKey key = SecretKeyFile.readOrCreate(directory);
        assertThat(key.getEncoded()).hasSize(32).isEqualTo(Files.readAllBytes(file));
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(mode(directory)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void theKeyStaysTheSame() {
        SecretKey first = SecretKeyFile.readOrCreate(directory);
        SecretKey second = SecretKeyFile.readOrCreate(directory);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void serversThatStartTogetherAgreeOnOneKey() {
        assertThat(IntStream.range(0, 16)
                        .parallel()
                        .mapToObj(_ -> SecretKeyFile.readOrCreate(directory))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aKeyThatTheOwnerMayOnlyReadIsFine() throws IOException {
        SecretKey key = SecretKeyFile.readOrCreate(directory);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertThat(SecretKeyFile.readOrCreate(directory)).isEqualTo(key);
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        SecretKeyFile.readOrCreate(directory);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> SecretKeyFile.readOrCreate(directory))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("600");
    }

    @Test
    void aFileThatIsNoKeyIsRefused() throws IOException {
        SecretKeyFile.readOrCreate(directory);
        Files.write(file, new byte[31]);
        assertThatThrownBy(() -> SecretKeyFile.readOrCreate(directory))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("32 bytes");
    }
}
