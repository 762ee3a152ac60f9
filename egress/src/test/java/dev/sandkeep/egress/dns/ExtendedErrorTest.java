package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.NetworkRule;
import dev.sandkeep.domain.network.Target;
import dev.sandkeep.domain.network.Verdict;
import org.junit.jupiter.api.Test;

class ExtendedErrorTest {

    @Test
    void aDenialNamesTheRuleThatDecided() {
        NetworkRule rule =
                new NetworkRule(Action.DENY, Target.find("*.Example.com").orElseThrow());

        assertThat(ExtendedError.blocked(new Verdict(Action.DENY, rule)))
                .isEqualTo(new ExtendedError(15, "denied by the network policy: rule *.example.com"));
    }

    @Test
    void aDenialWithoutARuleNamesTheDefaultAction() {
        assertThat(ExtendedError.blocked(new Verdict(Action.DENY, null)).text()).endsWith("default action");
    }
}
