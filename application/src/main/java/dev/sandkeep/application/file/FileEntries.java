package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.SandboxShell;
import dev.sandkeep.application.exec.TransferMemory;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.FileEntry;
import dev.sandkeep.domain.exec.FileEntry.Kind;
import dev.sandkeep.domain.problem.InvalidValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code stat} says of many files while it arrives, and keeps those that are wanted. Each entry begins with a
 * control character and random digits and has the path at its end, so that a path may have anything in it. For one thread.
 */
final class FileEntries implements SandboxShell.Output {

    /** How many are kept. */
    static final int MOST = 50_000;

    private static final char BEGIN = '\u001f';

    /** Longer than any path and the names of its owners. */
    private static final int LONGEST = 16 * 1024;

    /** What an entry takes beside its path. */
    private static final int COST = 256;

    private static final int MOST_NAMES = 100;

    /** What is taken of the server's memory at a time. */
    private static final int PORTION = 64 * 1024;

    private static final Pattern ENTRY = Pattern.compile(
            "([0-9a-f]+)\\|(\\d+)\\|(-?\\d+)[^|]*\\|(-?\\d+)[^|]*\\|([^|]*)\\|(\\d+)\\|([^|]*)\\|(\\d+)\\|(.*)",
            Pattern.DOTALL);

    private static final int TYPE = 0xF000;
    private static final int REGULAR = 0x8000;
    private static final int DIRECTORY = 0x4000;
    private static final int LINK = 0xA000;
    private static final int PERMISSIONS = 0xFFF;

    /** Pre-order, children by name. */
    private static final Comparator<FileEntry> ORDER = Comparator.comparing(FileEntry::path, FileEntries::comparePaths);

    private final byte[] separator;
    private final Predicate<FileEntry> wanted;
    private final TransferMemory.Claim claim;
    private final List<FileEntry> entries = new ArrayList<>();
    private final Map<String, String> names = new HashMap<>();
    private byte[] open = new byte[512];
    private int length;
    private boolean begun;
    private long taken;
    private long room = TransferMemory.STREAM / 2;

    /**
     * @param separator random digits, which {@link #stat} was given, too
     * @param wanted which of them are kept
     * @param claim that of a transfer; it grows with what is kept
     */
    FileEntries(String separator, Predicate<FileEntry> wanted, TransferMemory.Claim claim) {
        this.separator = (BEGIN + separator).getBytes(StandardCharsets.US_ASCII);
        this.wanted = wanted;
        this.claim = claim;
    }

    /** A command that tells of files; their paths are to follow. */
    static String stat(String separator) {
        return "stat -c '" + BEGIN + separator + "%f|%s|%Y|%Z|%U|%u|%G|%g|%n'";
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            append(bytes[i]);
            if (endsWithSeparator()) {
                length -= separator.length;
                finish();
                begun = true;
            }
        }
    }

    private void append(byte next) {
        if (length == LONGEST) {
            throw unknown();
        }
        if (length == open.length) {
            open = Arrays.copyOf(open, Math.min(LONGEST, 2 * length));
        }
        open[length++] = next;
    }

    private boolean endsWithSeparator() {
        int from = length - separator.length;
        return from >= 0
                && open[length - 1] == separator[separator.length - 1]
                && Arrays.equals(open, from, length, separator, 0, separator.length);
    }

    private static ExecException.Failed unknown() {
        return new ExecException.Failed("The sandbox's stat answers in a way that is not known");
    }

    /** What was told of one of them is there as a whole. */
    private void finish() {
        if (begun) {
            int end = length > 0 && open[length - 1] == '\n' ? length - 1 : length;
            keep(entry(new String(open, 0, end, StandardCharsets.UTF_8)));
        }
        length = 0;
    }

    private void keep(FileEntry entry) {
        if (!wanted.test(entry)) {
            return;
        }
        if (entries.size() == MOST) {
            throw new InvalidValue(
                    "path", "must be that of a directory with at most " + MOST + " such files; ask for parts of it");
        }
        taken += COST + 2L * entry.path().length();
        if (taken > room) {
            claim.add(PORTION);
            room += PORTION;
        }
        entries.add(entry);
    }

    /** In the order in which they were told; nothing is to follow. */
    List<FileEntry> toList() {
        finish();
        begun = false;
        return entries;
    }

    /** The same in order. */
    List<FileEntry> sorted() {
        List<FileEntry> all = toList();
        all.sort(ORDER);
        return all;
    }

    /** As if a slash came before every other character. */
    private static int comparePaths(String one, String other) {
        int common = Math.min(one.length(), other.length());
        for (int i = 0; i < common; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                return Character.compare(a == '/' ? 0 : a, b == '/' ? 0 : b);
            }
        }
        return one.length() - other.length();
    }

    private FileEntry entry(String text) {
        Matcher fields = ENTRY.matcher(text);
        if (!fields.matches()) {
            throw unknown();
        }
        int mode = Integer.parseInt(fields.group(1), 16);
        return new FileEntry(
                clean(fields.group(9)),
                kind(mode & TYPE),
                Long.parseLong(fields.group(2)),
                Instant.ofEpochSecond(Long.parseLong(fields.group(3))),
                Instant.ofEpochSecond(Long.parseLong(fields.group(4))),
                nameOr(fields.group(5), fields.group(6)),
                nameOr(fields.group(7), fields.group(8)),
                mode & PERMISSIONS);
    }

    private static Kind kind(int type) {
        return switch (type) {
            case REGULAR -> Kind.FILE;
            case DIRECTORY -> Kind.DIRECTORY;
            case LINK -> Kind.SYMLINK;
            default -> Kind.OTHER;
        };
    }

    /** Most files have the same owner, whose name is kept once. */
    private String nameOr(String name, String number) {
        String told = name.isEmpty() || name.equals("UNKNOWN") ? number : name;
        return names.size() < MOST_NAMES ? names.computeIfAbsent(told, key -> key) : told;
    }

    /** Without {@code .}, {@code ..} and repeated slashes. */
    static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }
}
