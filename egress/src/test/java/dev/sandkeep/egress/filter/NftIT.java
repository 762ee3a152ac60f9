package dev.sandkeep.egress.filter;

import static dev.sandkeep.egress.filter.Policies.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.network.DomainName;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.network.PrivateRanges;
import dev.sandkeep.domain.network.Target;
import dev.sandkeep.egress.dns.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The real nft, in a namespace of its own. */
class NftIT {

    private static TestNetwork network;
    private static Nft nft;

    @BeforeAll
    static void connect() throws IOException {
        network = new TestNetwork();
        nft = network.filter();
    }

    @AfterAll
    static void disconnect() throws IOException {
        nft.close();
        network.close();
    }

    @BeforeEach
    void aPolicy() throws IOException {
        nft.load(text(policy("deny")));
    }

    @ParameterizedTest
    @EnumSource
    void theLargestPolicyIsTaken(PrivateRanges privateRanges) throws IOException {
        nft.load(new Ruleset(
                        largest(i -> i % 2 == 0 ? Action.ALLOW : Action.DENY),
                        2,
                        List.of(),
                        List.of(),
                        Policies.surroundings(privateRanges))
                .text());
        nft.load(text(largest(_ -> Action.ALLOW)));

        assertThat(nft.run("list chain inet sandkeep judge")).contains("@listed4");
    }

    @Test
    void blocksMayOverlap() throws IOException {
        nft.load(text(policy(
                "deny",
                "allow 0.0.0.0/0",
                "allow 198.18.0.0/15",
                "allow 198.18.0.1",
                "allow 255.255.255.255",
                "allow 0.0.0.0",
                "allow ::/0",
                "allow 2001:2::1",
                "deny 198.18.0.0/16",
                "deny 198.18.0.0/16")));

        assertThat(nft.run("list table inet sandkeep")).contains("0.0.0.0/0").contains("::/0");
    }

    @Test
    void whatIsOnlyCheckedChangesNothing() throws IOException {
        nft.check(text(policy("deny", "allow 198.18.0.1")));
        assertThatThrownBy(() -> nft.check("nonsense\n")).hasMessageContaining("syntax error");

        assertThat(nft.run("list table inet sandkeep")).contains("chain judge").doesNotContain("198.18.0.1");
    }

    @Test
    void whatIsRefusedChangesNothing() throws IOException {
        assertThatThrownBy(() -> nft.load("add table inet sandkeep\ndelete table inet sandkeep\nnonsense\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("syntax error");

        assertThat(nft.run("list table inet sandkeep")).contains("chain judge");
    }

    @Test
    void aLineThatFailsIsToldAndTheNextOneWorks() throws IOException {
        assertThatThrownBy(() -> nft.run("add element inet sandkeep nosuch { 198.18.0.1 }"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No such file or directory");
        assertThatThrownBy(() -> nft.run("add element inet sandkeep learned4 { 198.18.0.1 }; nonsense"))
                .isInstanceOf(IOException.class);

        assertThat(nft.run("list set inet sandkeep learned4")).doesNotContain("198.18.0.1");
    }

    @Test
    void aChildThatDiedIsStartedAnew() throws IOException {
        assertThatThrownBy(() -> nft.run("quit")).isInstanceOf(IOException.class);

        assertThat(nft.run("list set inet sandkeep learned4")).contains("learned4");
    }

    @Test
    void addressesAreAddedProlongedAndEvicted() throws IOException {
        LearnedAddresses learned = new LearnedAddresses(InstantSource.system(), 60);
        List<Answer> answers = new ArrayList<>();
        for (int i = 1; i <= 120; i++) {
            answers.add(new Answer(
                    InetAddress.ofLiteral(i % 2 == 0 ? "198.18.0." + i : "2001:2::" + i), Duration.ofSeconds(60)));
        }

        learned.learn(new DomainName("a.com"), answers, nft);
        learned.learn(
                new DomainName("a.com"), List.of(new Answer(answers.getLast().address(), Duration.ofHours(1))), nft);

        assertThat(nft.run("list set inet sandkeep learned4"))
                .contains("198.18.0.120 timeout 1h1m")
                .contains("198.18.0.102 timeout 2m")
                .doesNotContain("198.18.0.10 ");
    }

    private static NetworkPolicy largest(IntFunction<Action> actions) {
        return new NetworkPolicy(
                Action.DENY,
                IntStream.range(0, NetworkPolicy.MAX_RULES)
                        .mapToObj(i -> new NetworkRule(
                                actions.apply(i),
                                new Target.Block(Cidr.find(
                                                "198." + (18 + i / 2048) + "." + i / 8 % 256 + "." + i % 8 * 32 + "/27")
                                        .orElseThrow())))
                        .toList());
    }

    private static String text(NetworkPolicy policy) {
        return new Ruleset(policy, 1, List.of(), List.of(), Policies.surroundings(PrivateRanges.NAMED)).text();
    }
}
