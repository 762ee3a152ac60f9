package dev.sandkeep.domain.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;

/** What holds for every change of a policy. */
@Domain(PolicyArbitraries.class)
class PolicyChangePropertiesTest {

    @Property
    void patchingTwiceIsPatchingOnce(@ForAll NetworkPolicy policy, @ForAll @Size(max = 5) List<NetworkRule> patch) {
        NetworkPolicy once = policy.patchedBy(patch);

        assertThat(once.patchedBy(patch)).isEqualTo(once);
    }

    @Property
    void thePatchWinsWhereItSaysAnything(
            @ForAll NetworkPolicy policy,
            @ForAll @Size(max = 5) List<NetworkRule> patch,
            @ForAll DomainName name,
            @ForAll InetAddress address) {
        NetworkPolicy alone = new NetworkPolicy(policy.defaultAction(), patch);
        NetworkPolicy patched = policy.patchedBy(patch);

        assertThat(patched.evaluate(name)).isEqualTo(or(alone.evaluate(name), policy.evaluate(name)));
        assertThat(patched.evaluate(address)).isEqualTo(or(alone.evaluate(address), policy.evaluate(address)));
    }

    private static Verdict or(Verdict first, Verdict second) {
        return first.decidedBy() == null ? second : first;
    }

    @Property
    void aPatchKeepsTheOrderAndOneRulePerTarget(
            @ForAll NetworkPolicy policy, @ForAll @Size(max = 5) List<NetworkRule> patch) {
        List<NetworkRule> patched = policy.patchedBy(patch).rules();

        Set<Target> targets = new LinkedHashSet<>();
        patch.forEach(rule -> targets.add(rule.target()));
        policy.rules().forEach(rule -> targets.add(rule.target()));
        assertThat(patched).extracting(NetworkRule::target).containsExactlyElementsOf(targets);
        assertThat(policy.patchedBy(patch).defaultAction()).isEqualTo(policy.defaultAction());
    }

    @Property
    void whatWasPatchedInCanBeTakenAway(
            @ForAll NetworkPolicy policy, @ForAll @Size(min = 1, max = 5) List<NetworkRule> patch) {
        List<String> targets = patch.stream().map(rule -> rule.target().text()).toList();
        NetworkPolicy before = policy.patchedBy(List.of());

        assertThat(policy.patchedBy(patch).without(targets).orElseThrow())
                .isEqualTo(before.without(targets).orElse(before));
    }

    @Property
    void takingAwayTwiceIsTakingAwayOnce(@ForAll NetworkPolicy policy, @ForAll NetworkRule rule) {
        List<String> target = List.of(rule.target().text());

        policy.without(target).ifPresent(rest -> {
            assertThat(rest.without(target)).isEmpty();
            assertThat(rest.rules())
                    .isEqualTo(policy.rules().stream()
                            .filter(other -> !other.target().equals(rule.target()))
                            .toList());
        });
    }

    @Property
    void aNameOpensNoMoreThanItsOwnVerdictAndNothingForbidden(
            @ForAll NetworkPolicy policy, @ForAll DomainName name, @ForAll InetAddress address) {
        if (policy.admits(name, address, PrivateRanges.NAMED)) {
            assertThat(policy.evaluate(name).allows()).isTrue();
            assertThat(AddressScope.of(address).isForbidden()).isFalse();
            assertThat(policy.admits(name, address, PrivateRanges.OPEN)).isTrue();
        }
    }
}
