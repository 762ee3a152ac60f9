package dev.sandkeep.egress.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.DomainName;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DecisionLogTest {

    private final DecisionLog log = new DecisionLog(() -> Instant.EPOCH);

    @Test
    void theNewestDecisionsComeFirstAndTheOldestMakePlace() {
        for (int i = 0; i < 1500; i++) {
            log.add(new DomainName("n" + i + ".com"), i % 3 == 0 ? Action.ALLOW : Action.DENY, "a reason");
        }

        assertThat(log.latest()).hasSize(1000);
        assertThat(log.latest().getFirst())
                .isEqualTo(new Decision(Instant.EPOCH, new DomainName("n1499.com"), Action.DENY, "a reason"));
        assertThat(log.latest().getLast().name()).hasToString("n500.com");
        assertThat(log.count(Action.ALLOW)).isEqualTo(500);
        assertThat(log.count(Action.DENY)).isEqualTo(1000);
    }
}
