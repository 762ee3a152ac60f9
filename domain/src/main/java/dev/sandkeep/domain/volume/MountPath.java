package dev.sandkeep.domain.volume;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Where in a sandbox a volume appears: an absolute path in normal form that hides nothing the sandbox needs. */
public record MountPath(String value) {

    public static final int MAX_LENGTH = 4096;

    /** Kernel file systems, and what the server and its clients keep in a sandbox: nothing may be mounted in or over. */
    private static final List<String> RESERVED = List.of("/proc", "/sys", "/dev", "/opt/opensandbox", "/opt/sandkeep");

    /** Single files that the engine mounts: nothing may be mounted over them or a directory above them. */
    private static final List<String> MOUNTED_FILES = List.of(
            "/sbin/docker-init", "/dev/init", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/run/secrets");

    public MountPath {
        if (!value.startsWith("/") || value.length() > MAX_LENGTH) {
            throw new InvalidValue("mountPath", "must be an absolute path of at most " + MAX_LENGTH + " characters");
        }
        checkCharacters("mountPath", value);
        value = normalise(value);
        String path = value;
        boolean reserved = RESERVED.stream().anyMatch(taken -> within(path, taken) || within(taken, path));
        boolean covers = MOUNTED_FILES.stream().anyMatch(file -> within(file, path));
        if (reserved || covers) {
            throw new InvalidValue(
                    "mountPath",
                    "must not hide what the sandbox needs: /, /etc, /sbin, /run, /opt, or anything in "
                            + String.join(", ", RESERVED));
        }
    }

    /** Refuses {@code ..} and the characters that engines, shells and mount tables read as separators. */
    static void checkCharacters(String field, String path) {
        boolean separator = path.chars().anyMatch(c -> c < ' ' || c == 127 || c == ',' || c == ':' || c == '\\');
        if (separator || Arrays.asList(path.split("/", -1)).contains("..")) {
            throw new InvalidValue(
                    field, "must not contain '..', a control character, a comma, a colon or a backslash");
        }
    }

    private static String normalise(String path) {
        return Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .collect(Collectors.joining("/", "/", ""));
    }

    private static boolean within(String path, String directory) {
        return directory.equals("/") || path.equals(directory) || path.startsWith(directory + "/");
    }
}
