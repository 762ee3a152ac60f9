package dev.sandkeep.egress.filter;

import static dev.sandkeep.egress.filter.Policies.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.PrivateRanges;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RulesetTest {

    @Test
    void theTableIsReplacedInOneTransaction() {
        assertThat(text(policy("deny")))
                .startsWith("add table inet sandkeep\ndelete table inet sandkeep\ntable inet sandkeep {\n")
                .endsWith("}\n");
    }

    @Test
    void allDnsButTheProxysOwnIsRedirected() {
        assertThat(chain("dns", text(policy("allow"))))
                .containsExactly(
                        "type nat hook output priority -105; policy accept;",
                        "meta l4proto { tcp, udp } ct original ip daddr 10.99.0.1 ct original proto-dst 53"
                                + " ct original proto-src 1-8 accept",
                        "meta l4proto { tcp, udp } th dport 53 redirect to :10");
    }

    @Test
    void theProxysQueriesLeaveFromRandomPorts() {
        assertThat(chain("queries", text(policy("allow"))))
                .containsExactly(
                        "type nat hook postrouting priority srcnat - 5; policy accept;",
                        "meta l4proto { tcp, udp } ct original ip daddr 10.99.0.1 ct original proto-dst 53"
                                + " ct original proto-src 1-8 masquerade to :1024-65535 fully-random");
    }

    @Test
    void theHostAndForbiddenAddressesComeBeforeAnyRule() {
        assertThat(chain("judge", text(policy("allow", "deny 198.18.0.0/16", "allow 198.19.0.0/16"))))
                .containsExactly(
                        "meta l4proto { tcp, udp } ct original ip daddr 10.99.0.1 ct original proto-dst 53"
                                + " ct original proto-src 1-8 accept",
                        "meta l4proto tcp ct original proto-dst { 53, 853 } return",
                        "meta l4proto udp ct original proto-dst { 53, 853 } return",
                        "ct original ip daddr @gateway4 return",
                        "ct original ip6 daddr @gateway6 return",
                        "ct original ip daddr @forbidden4 return",
                        "ct original ip6 daddr @forbidden6 return",
                        "ct original ip daddr @learned4 goto permit",
                        "ct original ip6 daddr @learned6 goto permit",
                        "ct state established,related ct original ip daddr @remembered4 goto permit",
                        "ct state established,related ct original ip6 daddr @remembered6 goto permit",
                        "ct original ip daddr @named4 goto permit",
                        "ct original ip6 daddr @named6 goto permit",
                        "ct original ip daddr @private4 return",
                        "ct original ip6 daddr @private6 return",
                        "ct original ip daddr @listed4 return",
                        "ct original ip6 daddr @listed6 return",
                        "goto permit");
    }

    @Test
    void whatADefaultOfDenyDoesNotPermitComesBack() {
        assertThat(chain("judge", text(policy("deny")))).last().isEqualTo("ct original ip6 daddr @listed6 goto permit");
    }

    @Test
    void theOrderOfTheRulesIsKeptInTheSets() {
        String text = text(policy(
                "deny",
                "allow 198.18.0.1",
                "allow a.com",
                "deny 198.18.0.0/30",
                "allow 10.0.0.0/8",
                "allow 198.18.0.0/24",
                "allow 2001:2::/48",
                "deny 10.0.0.1",
                "allow 0.0.0.0/5"));

        assertThat(set("listed4", text))
                .contains("elements = { 0.0.0.0-7.255.255.255, 10.0.0.0, ")
                .contains("198.18.0.1, 198.18.0.4-198.18.0.255 }");
        assertThat(set("listed6", text))
                .contains("elements = { 2001:2:0:0:0:0:0:0-2001:2:0:ffff:ffff:ffff:ffff:ffff }");
        assertThat(set("named4", text)).contains("elements = { 10.0.0.0");
    }

    @Test
    void theOperatorMayOpenPrivateRanges() {
        String text = new Ruleset(
                        policy("allow", "allow 0.0.0.0/0"),
                        1,
                        List.of(),
                        List.of(),
                        Policies.surroundings(PrivateRanges.OPEN))
                .text();

        assertThat(chain("judge", text))
                .contains("ct original ip daddr @listed4 return")
                .noneMatch(rule -> rule.contains("private"));
    }

    @Test
    void connectionsCarryTheGenerationThatPermittedThem() {
        String text = new Ruleset(
                        policy("deny"),
                        4_294_967_295L,
                        List.of(),
                        List.of(),
                        Policies.surroundings(PrivateRanges.NAMED))
                .text();

        assertThat(text).contains("chain permit { ct mark set 4294967295 accept; }");
        assertThat(chain("outgoing", text)).contains("ct state established,related ct mark 4294967295 accept");
        assertThat(chain("incoming", text)).contains("ct state established,related ct mark 4294967295 accept");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 0x1_0000_0000L})
    void aGenerationIsAMarkThatNoUnjudgedConnectionHas(long generation) {
        assertThatThrownBy(() -> new Ruleset(
                        policy("deny"), generation, List.of(), List.of(), Policies.surroundings(PrivateRanges.NAMED)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void learnedAddressesAreCarriedOver() {
        String text = new Ruleset(
                        policy("deny"),
                        1,
                        List.of(
                                new LearnedAddress(InetAddress.ofLiteral("198.18.0.1"), Duration.ofSeconds(90)),
                                new LearnedAddress(InetAddress.ofLiteral("2001:2::1"), Duration.ofMillis(10))),
                        List.of(InetAddress.ofLiteral("198.18.0.9")),
                        Policies.surroundings(PrivateRanges.NAMED))
                .text();

        assertThat(set("learned4", text)).contains("elements = { 198.18.0.1 timeout 90s }");
        assertThat(set("learned6", text)).contains("elements = { 2001:2:0:0:0:0:0:1 timeout 1s }");
        assertThat(set("remembered4", text)).contains("elements = { 198.18.0.9 }");
    }

    private static String text(NetworkPolicy policy) {
        return new Ruleset(policy, 1, List.of(), List.of(), Policies.surroundings(PrivateRanges.NAMED)).text();
    }

    private static List<String> chain(String name, String text) {
        int start = text.indexOf("  chain " + name + " {\n");
        int end = text.indexOf("\n  }\n", start);
        return text.substring(start, end).lines().skip(1).map(String::strip).toList();
    }

    private static String set(String name, String text) {
        return text.lines()
                .filter(line -> line.startsWith("  set " + name + " "))
                .findFirst()
                .orElseThrow();
    }
}
