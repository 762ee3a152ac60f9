package dev.sandkeep.bootstrap;

import dev.sandkeep.domain.network.Cidr;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the machine that this server runs on knows of its network. */
final class HostNetwork {

    private static final Logger log = LoggerFactory.getLogger(HostNetwork.class);

    /** The second one is where systemd-resolved tells whom it asks, when the first names only itself. */
    private static final List<Path> RESOLVER_FILES =
            List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

    /** What container engines ask where a host names no resolver that a container could reach. */
    private static final List<String> PUBLIC_RESOLVERS = List.of("8.8.8.8", "8.8.4.4");

    private HostNetwork() {}

    /** The addresses that others can reach this machine under. */
    static List<InetAddress> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(HostNetwork::withoutScope)
                    .distinct()
                    .toList();
        } catch (SocketException unreadable) {
            throw new UncheckedIOException("The addresses of this machine cannot be listed", unreadable);
        }
    }

    private static InetAddress withoutScope(InetAddress address) {
        try {
            return address instanceof Inet6Address ? InetAddress.getByAddress(address.getAddress()) : address;
        } catch (IOException impossible) {
            throw new UncheckedIOException("An address of a legal length was refused", impossible);
        }
    }

    /** The resolvers that this machine asks and a container can ask, too; public ones if there are none. */
    static List<InetAddress> resolvers() {
        for (Path file : RESOLVER_FILES) {
            List<InetAddress> found = resolversIn(file);
            if (!found.isEmpty()) {
                return found;
            }
        }
        log.warn(
                "This machine names no DNS resolver that a sandbox could ask; guarded sandboxes ask {}."
                        + " Set egress.resolvers to choose others",
                PUBLIC_RESOLVERS);
        return PUBLIC_RESOLVERS.stream().map(InetAddress::ofLiteral).toList();
    }

    static List<InetAddress> resolversIn(Path file) {
        if (!Files.isReadable(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length > 1 && words[0].equals("nameserver"))
                    .flatMap(words -> Cidr.findAddress(words[1]).stream())
                    .filter(address -> !address.isLoopbackAddress())
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The resolvers in " + file + " cannot be read", unreadable);
        }
    }
}
