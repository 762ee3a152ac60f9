package dev.sandkeep.egress.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.network.Target;
import dev.sandkeep.domain.network.Verdict;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FirstMatchesTest {

    /** Few octets, so that blocks often lie within one another. */
    @Provide
    Arbitrary<InetAddress> addresses() {
        Arbitrary<Integer> octets = Arbitraries.of(0, 1, 127, 128, 255);
        Arbitrary<InetAddress> ipv4 = octets.list()
                .ofSize(4)
                .map(four ->
                        InetAddress.ofLiteral(four.get(0) + "." + four.get(1) + "." + four.get(2) + "." + four.get(3)));
        Arbitrary<InetAddress> ipv6 = octets.list()
                .ofSize(2)
                .map(two -> InetAddress.ofLiteral(
                        Integer.toHexString(two.get(0) << 8) + "::" + Integer.toHexString(two.get(1))));
        return Arbitraries.oneOf(ipv4, ipv6);
    }

    @Provide
    Arbitrary<NetworkRule> rules() {
        Arbitrary<Target> blocks = addresses()
                .flatMap(address -> Arbitraries.integers()
                        .between(0, address.getAddress().length * 8)
                        .map(prefix -> new Target.Block(new Cidr(address, prefix))));
        return Combinators.combine(Arbitraries.of(Action.class), blocks).as(NetworkRule::new);
    }

    @Property
    void anAddressIsInARangeIfTheFirstRuleForItHasTheAction(
            @ForAll @Size(max = 10) List<@From("rules") NetworkRule> rules,
            @ForAll("addresses") InetAddress address,
            @ForAll Action action) {
        Verdict verdict = new NetworkPolicy(Action.ALLOW, rules).evaluate(address);
        boolean ipv4 = address.getAddress().length == 4;
        List<String> ranges = ipv4 ? FirstMatches.ipv4(rules, action) : FirstMatches.ipv6(rules, action);

        assertThat(ranges.stream().filter(range -> holds(range, address)).count())
                .isEqualTo(verdict.decidedBy() != null && verdict.action() == action ? 1 : 0);
    }

    private static boolean holds(String range, InetAddress address) {
        String[] ends = range.split("-", -1);
        BigInteger number = number(address);
        return number(InetAddress.ofLiteral(ends[0])).compareTo(number) <= 0
                && number(InetAddress.ofLiteral(ends[ends.length - 1])).compareTo(number) >= 0;
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    @Test
    void anEndThatLooksLikeIpv4StaysIpv6() {
        NetworkRule rule =
                new NetworkRule(Action.ALLOW, Target.find("::fffe:0:0/95").orElseThrow());

        assertThat(FirstMatches.ipv6(List.of(rule), Action.ALLOW))
                .containsExactly("0:0:0:0:0:fffe:0:0-0:0:0:0:0:ffff:ffff:ffff");
    }
}
