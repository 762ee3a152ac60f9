package dev.sandkeep.domain.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.network.NetworkPolicy.Draft;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problem;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkPolicyTest {

    @Test
    void withoutRulesAndDefaultEverythingIsAllowed() {
        assertThat(NetworkPolicy.parse(null, null)).isEqualTo(NetworkPolicy.allowAll());
    }

    @Test
    void aListOfRulesEvenAnEmptyOneDeniesTheRest() {
        assertThat(NetworkPolicy.parse(null, List.of()).defaultAction()).isEqualTo(Action.DENY);
        assertThat(policy(null, "allow a.com").defaultAction()).isEqualTo(Action.DENY);
    }

    @ParameterizedTest
    @CsvSource({"allow, ALLOW", "ALLOW, ALLOW", "' Allow ', ALLOW", "deny, DENY", "DENY, DENY"})
    void aDefaultActionIsReadInAnyCase(String text, Action action) {
        assertThat(NetworkPolicy.parse(text, null).defaultAction()).isEqualTo(action);
        assertThat(NetworkPolicy.parse(text, List.of()).defaultAction()).isEqualTo(action);
        assertThat(policy("deny", text + " a.com").rules().getFirst().action()).isEqualTo(action);
    }

    @ParameterizedTest
    @CsvSource({
        "*.Example.COM, *.example.com",
        "*.example.com., *.example.com",
        "*.bücher.example, *.xn--bcher-kva.example",
        "Example.COM., example.com",
        "10.1.2.3/8, 10.0.0.0/8",
        "::ffff:10.0.0.1, 10.0.0.1"
    })
    void aTargetIsBroughtIntoNormalForm(String text, String normal) {
        Target target = Target.find(text).orElseThrow();

        assertThat(target.text()).isEqualTo(normal);
        assertThat(Target.find(normal)).contains(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*.",
                "**.a.com",
                "*.*.a.com",
                "a.*.com",
                "*a.com",
                "*.10.0.0.1",
                "*.1",
                "010.0.0.1",
                "10.1",
                "0x0a000001",
                "167772161",
                "10.0.0.1/33",
                "10.0.0.1:80",
                "a.com:443",
                "https://a.com",
                "a.com/24",
                " a.com",
                "10.0.0.1-10.0.0.9"
            })
    void thisIsNoTarget(String text) {
        assertThatThrownBy(() -> NetworkPolicy.parse(null, List.of(new Draft("allow", text))))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("networkPolicy.egress[0].target: must be a domain name");
    }

    @Test
    void allProblemsAreToldTogether() {
        assertThatThrownBy(() -> NetworkPolicy.parse(
                        "block",
                        Arrays.asList(new Draft("allow", "a.com"), new Draft(null, null), new Draft("log", "!"))))
                .isInstanceOfSatisfying(
                        InvalidValue.class,
                        invalid -> assertThat(invalid.problems())
                                .extracting(Problem::field)
                                .containsExactly(
                                        "networkPolicy.defaultAction",
                                        "networkPolicy.egress[1].action",
                                        "networkPolicy.egress[1].target",
                                        "networkPolicy.egress[2].action",
                                        "networkPolicy.egress[2].target"));
    }

    @Test
    void thereMayBeThisManyRules() {
        Draft draft = new Draft("allow", "a.com");

        assertThatCode(() -> NetworkPolicy.parse(null, Collections.nCopies(NetworkPolicy.MAX_RULES, draft)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> NetworkPolicy.parse(null, Collections.nCopies(NetworkPolicy.MAX_RULES + 1, draft)))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("networkPolicy.egress: at most 4096 rules are allowed");
    }

    @Test
    void theFirstRuleThatMatchesDecides() {
        NetworkPolicy policy = policy("deny", "deny secret.example.com", "allow *.example.com", "deny a.example.com");

        assertThat(verdict(policy, "secret.example.com"))
                .isEqualTo(new Verdict(Action.DENY, policy.rules().get(0)));
        assertThat(verdict(policy, "a.example.com"))
                .isEqualTo(new Verdict(Action.ALLOW, policy.rules().get(1)));
        assertThat(verdict(policy, "x.secret.example.com").action()).isEqualTo(Action.ALLOW);
        assertThat(verdict(policy, "example.com")).isEqualTo(new Verdict(Action.DENY, null));
    }

    @Test
    void namesAndAddressesAreJudgedByTheirOwnRules() {
        NetworkPolicy policy = policy("deny", "deny 10.0.0.0/24", "allow 10.0.0.0/8", "allow a.com");

        assertThat(policy.evaluate(Cidr.findAddress("10.0.0.7").orElseThrow()).action())
                .isEqualTo(Action.DENY);
        assertThat(policy.evaluate(Cidr.findAddress("10.1.0.7").orElseThrow()).action())
                .isEqualTo(Action.ALLOW);
        assertThat(policy.evaluate(Cidr.findAddress("::1").orElseThrow())).isEqualTo(new Verdict(Action.DENY, null));
        assertThat(verdict(policy, "a.com").action()).isEqualTo(Action.ALLOW);
    }

    @Test
    void aPolicyRestrictsIfItCouldDenyAnything() {
        assertThat(NetworkPolicy.allowAll().restricts()).isFalse();
        assertThat(policy("allow").restricts()).isFalse();
        assertThat(policy("allow", "allow a.com").restricts()).isFalse();
        assertThat(policy("allow", "allow a.com", "deny b.com").restricts()).isTrue();
        assertThat(policy("deny").restricts()).isTrue();
        assertThat(policy("deny", "allow 0.0.0.0/0").restricts()).isTrue();
        assertThat(NetworkPolicy.parse(null, List.of()).restricts()).isTrue();
    }

    private static Verdict verdict(NetworkPolicy policy, String name) {
        return policy.evaluate(new DomainName(name));
    }

    /** Rules as {@code "allow target"}. */
    private static NetworkPolicy policy(String defaultAction, String... rules) {
        return NetworkPolicy.parse(
                defaultAction,
                Arrays.stream(rules)
                        .map(rule -> rule.strip().split("\\s+", 2))
                        .map(words -> new Draft(words[0], words[1]))
                        .toList());
    }
}
