package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.TransferMemory;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.FilePermissions;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Replaces texts in files. */
public final class ReplaceInFiles {

    /** The largest file, in bytes, before and after: all of it is in memory before. */
    public static final int LARGEST = 16 * 1024 * 1024;

    /** A text and what replaces it, wherever it is. */
    public record Replacement(String old, String now) {}

    private final ReadFile files;
    private final WriteFile writer;
    private final TransferMemory memory;

    public ReplaceInFiles(ReadFile files, WriteFile writer) {
        this.files = files;
        this.writer = writer;
        this.memory = files.memory();
    }

    /**
     * Replaces them file by file; those before one that fails are done.
     *
     * @return how many were replaced, by path
     * @throws ExecException.FileNotFound if a file is not there
     * @throws InvalidValue if a file is larger than may be, or would become that
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
        Texts texts = new Texts(replacement.old());
        byte[] now = replacement.now().getBytes(StandardCharsets.UTF_8);
        try (TransferMemory.Claim claim = memory.claim(sandbox, 0)) {
            byte[] content = read(sandbox, path, claim);
            int count = texts.count(content);
            long size = content.length + (long) count * (now.length - texts.length());
            if (size > LARGEST) {
                throw new InvalidValue(
                        "new", "must not make a file of more than " + LARGEST + " bytes, of " + size + ": " + path);
            }
            write(sandbox, path, content, texts, now);
            return count;
        }
    }

    /** What comes of it is never in memory as a whole. */
    private void write(SandboxId sandbox, String path, byte[] content, Texts texts, byte[] now) {
        try (WriteFile.Writing writing = writer.begin(sandbox, path, FilePermissions.UNCHANGED)) {
            int from = 0;
            for (int found = texts.find(content, 0); found >= 0; found = texts.find(content, from)) {
                writing.write(content, from, found - from);
                writing.write(now, 0, now.length);
                from = found + texts.length();
            }
            writing.write(content, from, content.length - from);
            writing.finish();
        }
    }

    private byte[] read(SandboxId sandbox, String path, TransferMemory.Claim claim) {
        try (ReadFile.Reading reading = files.open(sandbox, path)) {
            if (reading.size() > LARGEST) {
                throw new InvalidValue("path", "must be that of a file of at most " + LARGEST + " bytes: " + path);
            }
            claim.add(reading.size());
            ByteBuffer content = ByteBuffer.allocate((int) reading.size());
            reading.copy(0, reading.size(), content::put);
            return content.array();
        }
    }

    /** Finds a text in a time that depends on the lengths alone, as Knuth, Morris and Pratt do it. */
    private static final class Texts {
        private final byte[] text;
        /** For each place in the text, how much of its beginning ends there. */
        private final int[] borders;

        Texts(String text) {
            this.text = text.getBytes(StandardCharsets.UTF_8);
            this.borders = new int[this.text.length];
            int same = 0;
            for (int at = 1; at < this.text.length; at++) {
                same = extend(same, this.text[at]);
                borders[at] = same;
            }
        }

        /** How much of the beginning is there after one more byte. */
        private int extend(int before, byte next) {
            int same = before;
            while (same > 0 && text[same] != next) {
                same = borders[same - 1];
            }
            return text[same] == next ? same + 1 : same;
        }

        int length() {
            return text.length;
        }

        int find(byte[] content, int from) {
            int same = 0;
            for (int at = from; at < content.length; at++) {
                same = extend(same, content[at]);
                if (same == text.length) {
                    return at + 1 - same;
                }
            }
            return -1;
        }

        int count(byte[] content) {
            int count = 0;
            for (int found = find(content, 0); found >= 0; found = find(content, found + text.length)) {
                count++;
            }
            return count;
        }
    }
}
