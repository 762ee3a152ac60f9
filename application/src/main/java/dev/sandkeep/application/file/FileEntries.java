package dev.sandkeep.application.file;

import dev.sandkeep.application.exec.ShellResult;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.FileEntry;
import dev.sandkeep.domain.exec.FileEntry.Kind;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code stat} says of many files. Each entry begins with a control character and random digits and has the
 * path at its end, so that a path may have anything in it.
 */
final class FileEntries {

    /** As much as a hundred thousand files with long paths have. */
    static final int MOST = 16 * 1024 * 1024;

    private static final Pattern ENTRY = Pattern.compile(
            "([0-9a-f]+)\\|(\\d+)\\|(-?\\d+)[^|]*\\|(-?\\d+)[^|]*\\|([^|]*)\\|(\\d+)\\|([^|]*)\\|(\\d+)\\|(.*)",
            Pattern.DOTALL);

    private static final int TYPE = 0xF000;
    private static final int REGULAR = 0x8000;
    private static final int DIRECTORY = 0x4000;
    private static final int LINK = 0xA000;
    private static final int PERMISSIONS = 0xFFF;

    /** Pre-order, children by name. */
    private static final Comparator<FileEntry> ORDER =
            Comparator.comparing((FileEntry entry) -> entry.path().replace('/', '\u0000'));

    private FileEntries() {}

    /** A command that tells of files; their paths are to follow. */
    static String stat(String separator) {
        return "stat -c '\u001f" + separator + "%f|%s|%Y|%Z|%U|%u|%G|%g|%n'";
    }

    /** In the order in which they were told. */
    static List<FileEntry> read(String separator, ShellResult result) {
        List<FileEntry> entries = new ArrayList<>();
        String text = result.text();
        List<String> parts = Arrays.asList(text.split(Pattern.quote("\u001f" + separator), -1));
        for (String part : parts.subList(1, parts.size())) {
            entries.add(entry(part.endsWith("\n") ? part.substring(0, part.length() - 1) : part));
        }
        return entries;
    }

    static List<FileEntry> sorted(List<FileEntry> entries) {
        return entries.stream().sorted(ORDER).toList();
    }

    private static FileEntry entry(String text) {
        Matcher fields = ENTRY.matcher(text);
        if (!fields.matches()) {
            throw new ExecException.Failed("The sandbox's stat answers in a way that is not known");
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

    private static String nameOr(String name, String number) {
        return name.isEmpty() || name.equals("UNKNOWN") ? number : name;
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
