package dev.sandkeep.adapters.persistence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps the key that seals secrets in the database: 32 random bytes in the file {@code secret.key}, which only its owner
 * may read. Without it, sandboxes that were still Pending cannot be read any more.
 */
public final class SecretKeyFile {

    static final String NAME = "secret.key";

    private static final int KEY_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private SecretKeyFile() {}

    /**
     * The key in that directory; made, as the directory is, if there is none. Servers that do so at the same time agree
     * on one key.
     *
     * @throws IllegalStateException if others than the owner may use the file, or it holds no key
     */
    public static SecretKey readOrCreate(Path dataDirectory) {
        Path file = dataDirectory.resolve(NAME);
        try {
            DataDirectory.create(dataDirectory);
            if (Files.notExists(file)) {
                create(file);
            }
            return read(file);
        } catch (IOException failed) {
            throw new UncheckedIOException("Cannot keep the key file " + file, failed);
        }
    }

    /** Written whole under another name and then linked, so that a crash leaves no half key. */
    private static void create(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Path draft = Files.createTempFile(
                file.toAbsolutePath().getParent(), NAME, ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(key));
                channel.force(true);
            }
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException somebodyWasFaster) {
            // Then theirs is the key.
            return;
        } finally {
            Files.delete(draft);
        }
    }

    private static SecretKey read(Path file) throws IOException {
        if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IllegalStateException(
                    "The key file " + file + " may be used by others than its owner; set its mode to 600");
        }
        if (Files.size(file) != KEY_BYTES) {
            throw new IllegalStateException("The key file " + file + " must hold exactly " + KEY_BYTES
                    + " bytes; restore it from a backup. If there is none, remove it: sandboxes that were Pending"
                    + " are then lost");
        }
        return new SecretKeySpec(Files.readAllBytes(file), "AES");
    }
}
