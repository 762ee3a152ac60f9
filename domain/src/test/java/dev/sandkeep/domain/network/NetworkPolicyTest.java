package dev.sandkeep.domain.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.network.NetworkPolicy.Draft;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problem;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
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
                .hasMessageStartingWith("egress[0].target: must be a domain name");
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
                                        "defaultAction",
                                        "egress[1].action",
                                        "egress[1].target",
                                        "egress[2].action",
                                        "egress[2].target"));
    }

    @Test
    void thereMayBeThisManyRules() {
        Draft draft = new Draft("allow", "a.com");

        assertThatCode(() -> NetworkPolicy.parse(null, Collections.nCopies(NetworkPolicy.MAX_RULES, draft)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> NetworkPolicy.parse(null, Collections.nCopies(NetworkPolicy.MAX_RULES + 1, draft)))
                .isInstanceOf(InvalidValue.class)
                .hasMessage("egress: at most 4096 rules are allowed");
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

    @Test
    void aPatchComesFirstAndOverrides() {
        NetworkPolicy policy = policy("deny", "allow a.com", "allow *.b.com", "deny 10.0.0.0/8");

        NetworkPolicy patched =
                policy.patchedBy(policy(null, "deny A.com.", "allow c.com", "allow a.com", "allow 10.1.2.3/8")
                        .rules());

        assertThat(patched).isEqualTo(policy("deny", "deny a.com", "allow c.com", "allow 10.0.0.0/8", "allow *.b.com"));
    }

    @Test
    void aPatchMakesNoPolicyTooLarge() {
        NetworkPolicy full = new NetworkPolicy(
                Action.DENY,
                IntStream.range(0, NetworkPolicy.MAX_RULES)
                        .mapToObj(i -> rule("allow n" + i + ".com"))
                        .toList());

        assertThat(full.patchedBy(List.of(rule("deny n7.com"))).rules()).hasSize(NetworkPolicy.MAX_RULES);
        assertThatThrownBy(() -> full.patchedBy(List.of(rule("deny x.com"))))
                .isInstanceOfSatisfying(
                        InvalidValue.class,
                        invalid -> assertThat(invalid.problems()).containsExactly(NetworkPolicy.TOO_MANY_RULES));
    }

    @Test
    void rulesAreTakenAwayByTheirTarget() {
        NetworkPolicy policy = policy("allow", "allow a.com", "deny *.b.com", "deny 10.0.0.0/8", "deny a.com");

        assertThat(policy.without(List.of("A.COM.", "10.9.9.9/8", "x.com", "not a target")))
                .contains(policy("allow", "deny *.b.com"));
        assertThat(policy.without(List.of("b.com", "x.b.com", "10.0.0.1", "", "not a target")))
                .isEmpty();
    }

    @Test
    void theModeTellsWhetherThereAreRules() {
        assertThat(policy("allow").mode()).isEqualTo("allow_all");
        assertThat(policy("deny").mode()).isEqualTo("deny_all");
        assertThat(policy("allow", "allow a.com").mode()).isEqualTo("enforcing");
    }

    @Test
    void aVerdictTellsWhatDecided() {
        NetworkPolicy policy = policy("deny", "allow *.Example.com");

        assertThat(verdict(policy, "a.example.com").describe()).isEqualTo("rule allow *.example.com");
        assertThat(verdict(policy, "example.com").describe()).isEqualTo("default action deny");
    }

    @Test
    void theRulesOfAPatchAreNamedByTheirPlace() {
        assertThatThrownBy(() ->
                        NetworkPolicy.parseRules(List.of(new Draft("allow", "a.com"), new Draft("allow", "http://a"))))
                .isInstanceOf(InvalidValue.class)
                .hasMessageStartingWith("[1].target: must be a domain name");
    }

    @Test
    void aTargetIsNotLongerThanThis() {
        assertThat(Target.find("0".repeat(1025))).isEmpty();
        assertThat(Target.find("*." + "a".repeat(1_000_000))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a.com, 198.18.0.1, true",
        "b.com, 198.18.0.1, false", // denied by its name
        "a.com, 198.18.7.1, false", // denied before the name is allowed
        "a.com, 198.18.8.1, true", // denied after the name was allowed
        "a.com, 10.0.0.1, true", // private, and named
        "a.com, 10.1.0.1, false",
        "a.com, 192.168.0.1, false",
        "a.com, fd00::1, false",
        "a.com, 127.0.0.1, false", // forbidden, though a rule allows it
        "a.com, 169.254.169.254, false",
        "a.com, 0.0.0.0, false",
        "a.com, ::1, false",
        "a.com, ::ffff:127.0.0.1, false",
        "a.com, 64:ff9b::a00:1, false"
    })
    void aNameLeadsOnlyToAddressesThatArePublicOrNamed(String name, String address, boolean admitted) {
        NetworkPolicy policy = policy(
                "deny",
                "deny 198.18.7.0/24",
                "allow a.com",
                "deny 198.18.8.0/24",
                "allow 10.0.0.0/24",
                "allow 127.0.0.0/8",
                "allow 0.0.0.0/0",
                "allow ::/0");

        assertThat(policy.admits(new DomainName(name), InetAddress.ofLiteral(address), PrivateRanges.NAMED))
                .isEqualTo(admitted);
    }

    @Test
    void whereTheOperatorOpensThemPrivateAddressesAreLikePublicOnes() {
        NetworkPolicy policy = policy("deny", "deny 10.0.0.0/24", "allow a.com");
        DomainName name = new DomainName("a.com");

        assertThat(policy.admits(name, InetAddress.ofLiteral("10.1.0.1"), PrivateRanges.OPEN))
                .isTrue();
        assertThat(policy.admits(name, InetAddress.ofLiteral("10.0.0.1"), PrivateRanges.OPEN))
                .isFalse();
        assertThat(policy.admits(name, InetAddress.ofLiteral("127.0.0.1"), PrivateRanges.OPEN))
                .isFalse();
    }

    private static NetworkRule rule(String words) {
        return policy(null, words).rules().getFirst();
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
