package dev.sandkeep.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostNetworkTest {

    @TempDir
    private Path directory;

    @Test
    void resolversThatAContainerCannotReachAreLeftOut() throws IOException {
        Path file = Files.writeString(directory.resolve("resolv.conf"), """
                # made by hand
                search example.com
                nameserver 127.0.0.53
                nameserver 198.18.0.53
                  nameserver\t2001:db8::53
                nameserver not-an-address
                options ndots:2
                """);

        assertThat(HostNetwork.resolversIn(file))
                .containsExactly(InetAddress.ofLiteral("198.18.0.53"), InetAddress.ofLiteral("2001:db8::53"));
    }

    @Test
    void withoutAFileThereAreNone() {
        assertThat(HostNetwork.resolversIn(directory.resolve("absent"))).isEmpty();
        assertThat(HostNetwork.resolvers()).isNotEmpty();
    }

    @Test
    void theHostsAddressesAreThoseThatOthersCanReach() {
        assertThat(HostNetwork.addresses())
                .noneMatch(InetAddress::isLoopbackAddress)
                .noneMatch(InetAddress::isLinkLocalAddress);
    }
}
