package dev.sandkeep.egress.policy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;

/** The file that brings a restarted worker back to its policy. It is replaced whole, and only its owner may read it. */
final class PolicyFile {

    private final Path file;
    private final Path draft;

    PolicyFile(Path directory) {
        file = directory.resolve("policy.json");
        draft = directory.resolve("policy.json.new");
    }

    /** @throws IOException also if the file holds no valid revision: then nobody knows the policy */
    Optional<Revision> read() throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        try {
            return Optional.of(PolicyJson.revision(Json.read(content)));
        } catch (RuntimeException damaged) {
            throw new IOException(file + " holds no policy", damaged);
        }
    }

    void write(Revision revision) throws IOException {
        byte[] content = PolicyJson.write(revision);
        Files.deleteIfExists(draft);
        try (FileChannel channel = FileChannel.open(
                draft,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Puts back what was there before a change that failed. */
    void restore(Revision before) throws IOException {
        if (before.isNone()) {
            Files.deleteIfExists(file);
        } else {
            write(before);
        }
    }
}
