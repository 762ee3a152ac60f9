package dev.sandkeep.bootstrap;

import dev.sandkeep.bootstrap.config.ConfigException;
import dev.sandkeep.bootstrap.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The API key that was generated at the first start, in a file that only its owner can read. */
final class ApiKeyFile {

    private static final int BYTES = 24;

    private ApiKeyFile() {}

    /** Whether the operator left it to the server to make a key. */
    static boolean isUsed(ServerConfig config) {
        return config.keys().key() == null && config.keys().hashes().isEmpty();
    }

    static String loadOrCreate(Path directory) {
        Path file = directory.resolve("api-key");
        try {
            return Files.exists(file) ? load(file) : create(file);
        } catch (IOException failed) {
            throw new ConfigException("The API key file " + file + " cannot be read or written", failed);
        }
    }

    private static String load(Path file) throws IOException {
        String key = Files.readString(file).strip();
        if (key.isEmpty()) {
            throw new ConfigException("The API key file " + file + " is empty; delete it to have a new key generated");
        }
        return key;
    }

    /** Written whole under another name first, so that a crash leaves either no key or a whole one. */
    private static String create(Path file) throws IOException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String key = "sk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Path draft = file.resolveSibling("api-key.new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, key + "\n", StandardOpenOption.SYNC);
        Files.move(draft, file);
        return key;
    }
}
