package dev.sandkeep.bootstrap.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a process takes of its machine.
 *
 * @param directory of the process in {@code /proc}
 */
record ProcessResources(Path directory) {

    /** How many unix sockets it has open: its connections to an engine at such an address, and a few of the JVM's. */
    int unixSockets() {
        try (Stream<Path> open = Files.list(directory.resolve("fd"));
                Stream<String> known = Files.lines(Path.of("/proc/net/unix"))) {
            // Num RefCount Protocol Flags Type St Inode Path
            Set<String> sockets = known.map(line -> line.replaceFirst("^(?:\\S+\\s+){6}(\\d+).*", "socket:[$1]"))
                    .collect(Collectors.toSet());
            return (int) open.filter(descriptor -> sockets.contains(target(descriptor)))
                    .count();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Of a descriptor that may be closed at this moment. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    /** How much memory it has (proc(5), VmRSS). */
    long residentMebibytes() {
        try (Stream<String> lines = Files.lines(directory.resolve("status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
