package dev.sandkeep.application.file;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.FilePermissions;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Replaces texts in files. */
public final class ReplaceInFiles {

    /** The largest file, in bytes: all of it is in memory. */
    public static final int LARGEST = 16 * 1024 * 1024;

    /** A text and what replaces it, wherever it is. */
    public record Replacement(String old, String now) {}

    private final ReadFile files;
    private final WriteFile writer;

    public ReplaceInFiles(ReadFile files, WriteFile writer) {
        this.files = files;
        this.writer = writer;
    }

    /**
     * Replaces them file by file; those before one that fails are done.
     *
     * @return how many were replaced, by path
     * @throws ExecException.FileNotFound if a file is not there
     */
    public Map<String, Integer> replace(SandboxId sandbox, Map<String, Replacement> replacements) {
        replacements.forEach((path, replacement) -> {
            if (replacement.old().isEmpty()) {
                throw new InvalidValue("old", "must not be empty, for " + path);
            }
        });
        Map<String, Integer> counts = new LinkedHashMap<>();
        replacements.forEach((path, replacement) -> counts.put(path, replace(sandbox, path, replacement)));
        return counts;
    }

    private int replace(SandboxId sandbox, String path, Replacement replacement) {
        byte[] content = read(sandbox, path);
        byte[] old = replacement.old().getBytes(StandardCharsets.UTF_8);
        byte[] now = replacement.now().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream changed = new ByteArrayOutputStream(content.length);
        int count = 0;
        int from = 0;
        int found = indexOf(content, old, 0);
        while (found >= 0) {
            changed.write(content, from, found - from);
            changed.writeBytes(now);
            count++;
            from = found + old.length;
            found = indexOf(content, old, from);
        }
        changed.write(content, from, content.length - from);
        byte[] all = changed.toByteArray();
        try (WriteFile.Writing writing = writer.begin(sandbox, path, FilePermissions.UNCHANGED)) {
            writing.write(all, 0, all.length);
            writing.finish();
        }
        return count;
    }

    private byte[] read(SandboxId sandbox, String path) {
        try (ReadFile.Reading reading = files.open(sandbox, path)) {
            if (reading.size() > LARGEST) {
                throw new InvalidValue("path", "must be that of a file of at most " + LARGEST + " bytes: " + path);
            }
            ByteArrayOutputStream content = new ByteArrayOutputStream((int) reading.size());
            reading.copy(0, reading.size(), content::write);
            return content.toByteArray();
        }
    }

    private static int indexOf(byte[] content, byte[] text, int from) {
        for (int at = from; at <= content.length - text.length; at++) {
            int same = 0;
            while (same < text.length && content[at + same] == text[same]) {
                same++;
            }
            if (same == text.length) {
                return at;
            }
        }
        return -1;
    }
}
