package dev.sandkeep.domain.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.NetworkPolicy.Draft;
import dev.sandkeep.domain.problem.InvalidValue;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every policy, name and address. */
class NetworkPolicyPropertiesTest {

    /** Few labels and addresses, so that rules often match. */
    @Provide
    Arbitrary<DomainName> names() {
        return Arbitraries.of("a", "b", "com")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(labels -> new DomainName(String.join(".", labels)));
    }

    @Provide
    Arbitrary<InetAddress> addresses() {
        Arbitrary<Byte> octets = Arbitraries.of((byte) 0, (byte) 1, (byte) 127, (byte) 128, (byte) 255);
        return Arbitraries.of(4, 16)
                .flatMap(length -> octets.list().ofSize(length))
                .map(NetworkPolicyPropertiesTest::address);
    }

    @Provide
    Arbitrary<NetworkPolicy> policies() {
        Arbitrary<Target> blocks = addresses()
                .flatMap(address -> Arbitraries.integers()
                        .between(0, address.getAddress().length * 8)
                        .map(prefix -> new Target.Block(new Cidr(address, prefix))));
        Arbitrary<Target> targets =
                Arbitraries.oneOf(names().map(Target.Name::new), names().map(Target.Wildcard::new), blocks);
        Arbitrary<NetworkRule> rules =
                Combinators.combine(Arbitraries.of(Action.class), targets).as(NetworkRule::new);
        return Combinators.combine(Arbitraries.of(Action.class), rules.list().ofMaxSize(8))
                .as(NetworkPolicy::new);
    }

    @Property
    void aNameIsJudgedAsByReadingTheRulesOneByOne(
            @ForAll("policies") NetworkPolicy policy, @ForAll("names") DomainName name) {
        Verdict expected = new Verdict(policy.defaultAction(), null);
        for (NetworkRule rule : policy.rules().reversed()) {
            boolean matches = switch (rule.target()) {
                case Target.Name exact -> exact.name().value().equals(name.value());
                case Target.Wildcard wildcard ->
                    name.value().endsWith("." + wildcard.parent().value());
                case Target.Block _ -> false;
            };
            expected = matches ? new Verdict(rule.action(), rule) : expected;
        }

        assertThat(policy.evaluate(name)).isEqualTo(expected);
    }

    @Property
    void anAddressIsJudgedAsByReadingTheRulesBitByBit(
            @ForAll("policies") NetworkPolicy policy, @ForAll("addresses") InetAddress address) {
        Verdict expected = new Verdict(policy.defaultAction(), null);
        for (NetworkRule rule : policy.rules().reversed()) {
            boolean matches = rule.target() instanceof Target.Block block
                    && bits(address).length() == bits(block.cidr().base()).length()
                    && bits(address)
                            .startsWith(bits(block.cidr().base())
                                    .substring(0, block.cidr().prefix()));
            expected = matches ? new Verdict(rule.action(), rule) : expected;
        }

        assertThat(policy.evaluate(address)).isEqualTo(expected);
    }

    @Property
    void whatRestrictsNothingDeniesNothing(
            @ForAll("policies") NetworkPolicy policy,
            @ForAll("names") DomainName name,
            @ForAll("addresses") InetAddress address) {
        if (!policy.restricts()) {
            assertThat(policy.evaluate(name).action()).isEqualTo(Action.ALLOW);
            assertThat(policy.evaluate(address).action()).isEqualTo(Action.ALLOW);
        }
    }

    @Property
    void aTargetIsReadAgainFromItsText(@ForAll("policies") NetworkPolicy policy) {
        List<Draft> drafts = policy.rules().stream()
                .map(rule -> new Draft(rule.action().name(), rule.target().text()))
                .toList();

        assertThat(NetworkPolicy.parse(policy.defaultAction().name(), drafts)).isEqualTo(policy);
    }

    @Provide
    Arbitrary<String> hostile() {
        Arbitrary<String> targetLike = Arbitraries.strings()
                .withChars("0123456789abcdefxX.:/*-_%[] \0\n")
                .withChars('。', '．', 'İ', 'ı', 'ß', 'ü', '\u200d', '\u00ad', '①', '\ud83d', '\ude00', '\uffff')
                .ofMaxLength(24);
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(80),
                targetLike,
                targetLike.map(text -> "*." + text),
                targetLike.map(text -> "xn--" + text),
                targetLike.map(text -> "::ffff:" + text));
    }

    @Property(tries = 5000)
    void whateverIsWrittenIsATargetInNormalFormOrAnInvalidValue(@ForAll("hostile") String text) {
        Optional<Target> target = Target.find(text);

        target.ifPresent(found -> assertThat(Target.find(found.text())).contains(found));
        assertThat(parse(text, text)).isEmpty();
        assertThat(parse("deny", text).isPresent()).isEqualTo(target.isPresent());
    }

    private static Optional<NetworkPolicy> parse(String action, String target) {
        try {
            return Optional.of(NetworkPolicy.parse("deny", List.of(new Draft(action, target))));
        } catch (InvalidValue _) {
            return Optional.empty();
        }
    }

    private static String bits(InetAddress address) {
        StringBuilder bits = new StringBuilder();
        for (byte octet : address.getAddress()) {
            bits.append(Integer.toBinaryString(0x100 | (octet & 0xFF)), 1, 9);
        }
        return bits.toString();
    }

    private static InetAddress address(List<Byte> octets) {
        return octets.size() == 4
                ? InetAddress.ofLiteral(octets.stream()
                        .map(octet -> Integer.toString(octet & 0xFF))
                        .collect(Collectors.joining(".")))
                : InetAddress.ofLiteral(IntStream.iterate(0, i -> i < octets.size(), i -> i + 2)
                        .mapToObj(i -> HexFormat.of().toHexDigits(octets.get(i))
                                + HexFormat.of().toHexDigits(octets.get(i + 1)))
                        .collect(Collectors.joining(":")));
    }
}
