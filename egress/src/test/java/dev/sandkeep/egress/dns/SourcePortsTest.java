package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.egress.filter.WorkerPorts;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries leave from the ports by which the packet filter knows the proxy, whatever happens to their connections. */
class SourcePortsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Query QUERY = UpstreamTest.query("www.example.com");
    private static final int QUERIES = 200;

    private FakeResolver resolver;
    private FakeResolver second;

    @BeforeEach
    void start() throws IOException {
        resolver = FakeResolver.withAddress("198.18.0.1");
        second = FakeResolver.withAddress("198.18.0.2");
    }

    @AfterEach
    void stop() throws IOException {
        resolver.close();
        second.close();
    }

    @Test
    void everyQueryLeavesFromOneOfThem() throws Exception {
        truncateOverUdp(resolver);
        truncateOverUdp(second);
        second.closeConnectionsAfterEachAnswer();
        resolver.overTcp(query -> List.of(Messages.answerTo(query, 0x8182, 0).done()));
        Ports ports = free();

        try (Upstream upstream = ports.upstream) {
            for (int i = 0; i < QUERIES; i++) {
                assertThat(upstream.resolve(QUERY).addresses()).hasSize(1);
            }
        }

        List<InetSocketAddress> askers = new ArrayList<>(resolver.askersOverUdp());
        askers.addAll(second.askersOverUdp());
        assertThat(askers).hasSize(2 * QUERIES);
        askers.addAll(resolver.askersOverTcp());
        askers.addAll(second.askersOverTcp());
        assertThat(askers)
                .extracting(InetSocketAddress::getPort)
                .allSatisfy(port -> assertThat(port).isBetween(ports.first, ports.first + WorkerPorts.SOURCES - 1));
    }

    @Test
    void aPortIsUsableAgainAtOnceHoweverOftenTheResolverCloses() throws Exception {
        truncateOverUdp(resolver);
        resolver.closeConnectionsAfterEachAnswer();

        try (Upstream upstream = Upstream.open(List.of(resolver.address()), TIMEOUT, 0)) {
            for (int i = 0; i < QUERIES; i++) {
                assertThat(upstream.resolve(QUERY).addresses()).hasSize(1);
            }
        }

        assertThat(resolver.askersOverTcp()).hasSize(QUERIES);
        assertThat(resolver.askersOverTcp())
                .extracting(InetSocketAddress::getPort)
                .containsOnly(
                        resolver.askersOverTcp().get(0).getPort(),
                        resolver.askersOverTcp().get(1).getPort());
    }

    private record Ports(int first, Upstream upstream) {}

    /** Consecutive ports that nobody uses. */
    private Ports free() throws IOException {
        for (int first = 20_000; first < 30_000; first += WorkerPorts.SOURCES) {
            try {
                return new Ports(first, Upstream.open(List.of(resolver.address(), second.address()), TIMEOUT, first));
            } catch (BindException taken) {
                // The next ones are tried.
            }
        }
        throw new BindException("No consecutive ports are free");
    }

    private static void truncateOverUdp(FakeResolver resolver) {
        resolver.overUdp(query -> List.of(Messages.answerTo(query, 0x8380, 0).done()));
    }
}
