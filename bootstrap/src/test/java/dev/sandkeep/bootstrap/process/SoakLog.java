package dev.sandkeep.bootstrap.process;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** What was done to a server and what came of it, one line each, in the order of the answers. Thread-safe. */
final class SoakLog implements AutoCloseable {

    private final Path file;
    private final PrintWriter lines;

    SoakLog(Path file) {
        this.file = file;
        try {
            Files.createDirectories(file.getParent());
            this.lines = new PrintWriter(Files.newBufferedWriter(file), true);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void add(String who, String what, String outcome) {
        lines.println(Instant.now() + " " + who + " " + what + " -> " + outcome);
    }

    @Override
    public String toString() {
        return file.toString();
    }

    @Override
    public void close() {
        lines.close();
    }
}
