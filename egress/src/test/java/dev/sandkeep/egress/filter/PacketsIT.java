package dev.sandkeep.egress.filter;

import static dev.sandkeep.egress.filter.Policies.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sandkeep.domain.network.DomainName;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.PrivateRanges;
import dev.sandkeep.egress.dns.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real packets through the real rules. */
class PacketsIT {

    private static final String PORT = " " + TestNetwork.PORT;

    private static TestNetwork network;
    private static Nft filter;

    private final LearnedAddresses learned = new LearnedAddresses(InstantSource.system());

    @BeforeAll
    static void connect() throws IOException {
        network = new TestNetwork();
        filter = network.filter();
    }

    @AfterAll
    static void disconnect() throws IOException {
        filter.close();
        network.close();
    }

    @BeforeEach
    void everythingIsOpenAtFirst() throws IOException {
        filter.load("add table inet sandkeep\ndelete table inet sandkeep\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp", "ping"})
    void onlyAllowedAddressesAreReachable(String protocol) throws IOException {
        apply(1, policy("deny", "allow 198.18.0.1", "allow 2001:2::1"));

        assertThat(sandbox(protocol, "198.18.0.1")).startsWith("open");
        assertThat(sandbox(protocol, "2001:2::1")).startsWith("open");
        assertThat(sandbox(protocol, "198.18.0.2")).startsWith("failed");
        assertThat(sandbox(protocol, "2001:2::2")).startsWith("failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp 198.18.0.2", "udp 198.18.0.2", "tcp 2001:2::2", "udp 2001:2::2"})
    void whatIsDeniedIsRefusedAtOnce(String destination) throws IOException {
        apply(1, policy("deny"));
        network.inSandbox(destination + PORT);

        String answer = network.inSandbox(destination + PORT);
        assertThat(answer).startsWith("failed");
        int millis = Integer.parseInt(answer.replaceAll(".* after (\\d+) ms", "$1"));
        assertThat(millis).isLessThan(1000);
    }

    @ParameterizedTest
    @CsvSource({
        "198.18.0.1, failed",
        "198.18.0.2, open",
        "198.18.0.3, failed",
    })
    void theFirstBlockThatHoldsTheAddressDecides(String address, String outcome) throws IOException {
        apply(
                1,
                policy("allow", "deny 198.18.0.1", "allow 198.18.0.0/30", "deny 198.18.0.2", "deny 198.18.0.3/32")
                        .patchedBy(policy(null, "deny 198.18.0.3").rules()));

        assertThat(sandbox("tcp", address)).startsWith(outcome);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.99.0.1", "10.99.0.3", "169.254.169.254", "fd99::1", "10.20.0.1"})
    void allowAllMeansTheInternetOnly(String address) throws IOException {
        assertThat(sandbox("tcp", address)).startsWith("open");

        apply(1, NetworkPolicy.allowAll());

        assertThat(sandbox("tcp", "198.18.0.1")).startsWith("open");
        assertThat(sandbox("tcp", "2001:2::1")).startsWith("open");
        assertThat(sandbox("tcp", address)).startsWith("failed");
        assertThat(sandbox("udp", address)).startsWith("failed");
    }

    @Test
    void noRuleOpensTheHostItsNeighboursOrMetadata() throws IOException {
        apply(
                1,
                policy(
                        "allow",
                        "allow 10.99.0.0/24",
                        "allow 169.254.0.0/16",
                        "allow fd99::/64",
                        "allow 0.0.0.0/0",
                        "allow ::/0"));

        assertThat(sandbox("tcp", "10.99.0.1")).startsWith("failed");
        assertThat(sandbox("tcp", "10.99.0.3")).startsWith("failed");
        assertThat(sandbox("tcp", "169.254.169.254")).startsWith("failed");
        assertThat(sandbox("tcp", "fd99::1")).startsWith("failed");
        assertThat(sandbox("tcp", "198.18.0.1")).startsWith("open");
    }

    @Test
    void aPrivateNetworkIsOpenIfARuleNamesIt() throws IOException {
        apply(1, policy("deny", "allow 0.0.0.0/0"));
        assertThat(sandbox("tcp", "198.18.0.1")).startsWith("open");
        assertThat(sandbox("tcp", "10.20.0.1")).startsWith("failed");

        apply(2, policy("deny", "allow 0.0.0.0/0", "allow 10.20.0.0/16"));
        assertThat(sandbox("tcp", "10.20.0.1")).startsWith("open");

        apply(3, policy("deny", "deny 10.20.0.1", "allow 10.20.0.0/16"));
        assertThat(sandbox("tcp", "10.20.0.1")).startsWith("failed");
    }

    @Test
    void dnsOverTlsIsRefusedEvenWhereAllIsAllowed() throws IOException {
        assertThat(network.inSandbox("tcp 198.18.0.1 853")).startsWith("open");

        apply(1, policy("allow", "allow 198.18.0.1"));

        assertThat(network.inSandbox("tcp 198.18.0.1 853")).startsWith("failed");
        assertThat(network.inSandbox("udp 198.18.0.1 853")).startsWith("failed");
    }

    @Test
    void aLearnedAddressIsReachable() throws IOException {
        NetworkPolicy policy = policy("deny", "allow a.com", "deny 198.18.0.1");
        apply(1, policy);
        assertThat(sandbox("tcp", "198.18.0.1")).startsWith("failed");

        learn("a.com", "198.18.0.1", "2001:2::1");

        assertThat(sandbox("tcp", "198.18.0.1")).startsWith("open");
        assertThat(sandbox("udp", "198.18.0.1")).startsWith("open");
        assertThat(sandbox("tcp", "2001:2::1")).startsWith("open");
        assertThat(sandbox("tcp", "198.18.0.2")).startsWith("failed");
        apply(2, policy.patchedBy(policy(null, "deny b.com").rules()));
        assertThat(sandbox("tcp", "198.18.0.1")).startsWith("open");
    }

    @Test
    void tighteningCutsOnlyTheConnectionsThatAreNotAllowedAnyMore() throws IOException {
        apply(1, policy("deny", "allow 198.18.0.1", "allow 198.18.0.2", "allow a.com"));
        learn("a.com", "198.18.0.3");
        assertThat(sandbox("hold", "198.18.0.1")).startsWith("open");
        assertThat(sandbox("hold", "198.18.0.2")).startsWith("open");
        assertThat(sandbox("hold", "198.18.0.3")).startsWith("open");

        apply(2, policy("deny", "allow 198.18.0.1", "allow a.com"));

        assertThat(sandbox("talk", "198.18.0.1")).startsWith("open");
        assertThat(sandbox("talk", "198.18.0.2")).startsWith("failed");
        assertThat(sandbox("talk", "198.18.0.3")).startsWith("open");
        apply(3, policy("deny", "allow 198.18.0.1"));
        assertThat(sandbox("talk", "198.18.0.1")).startsWith("open");
        assertThat(sandbox("talk", "198.18.0.3")).startsWith("failed");
    }

    @Test
    void aConnectionOfBeforeTheFirstPolicyIsJudgedToo() throws IOException {
        assertThat(sandbox("hold", "198.18.0.1")).startsWith("open");
        assertThat(sandbox("hold", "198.18.0.2")).startsWith("open");

        apply(1, policy("deny", "allow 198.18.0.1"));

        assertThat(sandbox("talk", "198.18.0.1")).startsWith("open");
        assertThat(sandbox("talk", "198.18.0.2")).startsWith("failed");
    }

    @Test
    void onlyTheHostConnectsToTheSandbox() throws IOException {
        assertThat(network.onHost("tcp-from 10.99.0.2 8080 10.99.0.3")).startsWith("open");

        apply(1, policy("deny"));

        assertThat(network.onHost("tcp-from 10.99.0.2 8080 10.99.0.1")).startsWith("open");
        assertThat(network.onHost("tcp-from 10.99.0.2 8080 10.99.0.3")).startsWith("failed");
        assertThat(network.onHost("tcp-from 10.99.0.2 8080 198.18.0.1")).startsWith("failed");
    }

    @Test
    void aConnectionOfTheHostOutlivesAPolicy() throws IOException {
        apply(1, policy("allow"));
        assertThat(network.onHost("hold 10.99.0.2 8080")).startsWith("open");

        apply(2, policy("deny"));

        assertThat(network.onHost("talk 10.99.0.2 8080")).startsWith("open");
    }

    @Test
    void theSandboxReachesItself() throws IOException {
        apply(1, policy("deny"));

        assertThat(sandbox("tcp", "127.0.0.1")).startsWith("open");
        assertThat(sandbox("tcp", "10.99.0.2")).startsWith("open");
    }

    @Test
    void whatWasRefusedIsRemembered() throws IOException {
        apply(1, policy("deny"));
        sandbox("tcp", "198.18.0.2");
        sandbox("udp", "2001:2::2");
        sandbox("udp", "2001:2::2");

        List<DeniedPackets> denied = DeniedPackets.list(filter, Instant.now());

        assertThat(denied).anySatisfy(one -> {
            assertThat(one.address()).isEqualTo(InetAddress.ofLiteral("198.18.0.2"));
            assertThat(one.protocol()).isEqualTo("tcp");
            assertThat(one.port()).isEqualTo(TestNetwork.PORT);
            assertThat(one.count()).isPositive();
            assertThat(one.last()).isCloseTo(Instant.now(), within(5, ChronoUnit.SECONDS));
        });
        assertThat(denied).anySatisfy(one -> {
            assertThat(one.address()).isEqualTo(InetAddress.ofLiteral("2001:2::2"));
            assertThat(one.protocol()).isEqualTo("udp");
            assertThat(one.count()).isEqualTo(2);
        });
    }

    private static String sandbox(String command, String address) {
        return network.inSandbox(command + " " + address + PORT);
    }

    private void learn(String name, String... addresses) throws IOException {
        learned.learn(
                new DomainName(name),
                Arrays.stream(addresses)
                        .map(address -> new Answer(InetAddress.ofLiteral(address), Duration.ofSeconds(60)))
                        .toList(),
                filter);
    }

    private void apply(int generation, NetworkPolicy policy) throws IOException {
        Surroundings surroundings = Policies.surroundings(PrivateRanges.NAMED);
        filter.load(new Ruleset(
                        policy,
                        generation,
                        learned.current(policy, surroundings),
                        learned.remembered(policy, surroundings),
                        surroundings)
                .text());
    }
}
