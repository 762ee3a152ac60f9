package dev.sandkeep.domain.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.NetworkPolicy.Draft;
import dev.sandkeep.domain.problem.InvalidValue;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** What holds for every policy, name and address. */
@Domain(PolicyArbitraries.class)
@Domain(DomainContext.Global.class)
class NetworkPolicyPropertiesTest {

    @Property
    void aNameIsJudgedAsByReadingTheRulesOneByOne(@ForAll NetworkPolicy policy, @ForAll DomainName name) {
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
    void anAddressIsJudgedAsByReadingTheRulesBitByBit(@ForAll NetworkPolicy policy, @ForAll InetAddress address) {
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
            @ForAll NetworkPolicy policy, @ForAll DomainName name, @ForAll InetAddress address) {
        if (!policy.restricts()) {
            assertThat(policy.evaluate(name).action()).isEqualTo(Action.ALLOW);
            assertThat(policy.evaluate(address).action()).isEqualTo(Action.ALLOW);
        }
    }

    @Property
    void aTargetIsReadAgainFromItsText(@ForAll NetworkPolicy policy) {
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
}
