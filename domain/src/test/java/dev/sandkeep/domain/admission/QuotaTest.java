package dev.sandkeep.domain.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.SandboxException.Overloaded;
import dev.sandkeep.domain.sandbox.SandboxException.QuotaExceeded;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuotaTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Usage NOTHING = new Usage(0, 0, 0, List.of());

    @Test
    void withoutAQuotaEverythingIsAllowed() {
        assertThat(Quota.none().limitsNothing()).isTrue();
        assertThatCode(() -> Quota.none()
                        .require(
                                ResourceLimits.none(),
                                new Usage(1_000, Long.MAX_VALUE, Long.MAX_VALUE, List.of()),
                                NOW))
                .doesNotThrowAnyException();
    }

    @Test
    void aQuotaOfNothingAllowsNothing() {
        Quota blocked = new Quota(0, null, null, null);

        assertThatThrownBy(() -> blocked.require(ResourceLimits.none(), NOTHING, NOW))
                .isInstanceOf(QuotaExceeded.class)
                .hasMessageContaining("may have 0");
    }

    @Test
    void aSumThatIsReachedExactlyIsAllowed() {
        Quota quota = new Quota(null, null, 2_000_000_000L, null);
        Usage usage = new Usage(1, 1_500_000_000L, 0, List.of());

        assertThatCode(() -> quota.require(limits("cpu", "500m"), usage, NOW)).doesNotThrowAnyException();
        assertThatThrownBy(() -> quota.require(limits("cpu", "501m"), usage, NOW))
                .isInstanceOf(QuotaExceeded.class)
                .hasMessage("cpu: your API key may use 2 cores in all, uses 1.5 cores, and this sandbox would take"
                        + " 0.501 cores");
    }

    @Test
    void aSumThatIsExceededAlreadyDoesNotWrapAround() {
        Quota lowered = new Quota(null, null, null, 1L << 20);
        Usage usage = new Usage(1, 0, Long.MAX_VALUE, List.of());

        assertThatThrownBy(() -> lowered.require(limits("memory", "1Pi"), usage, NOW))
                .isInstanceOf(QuotaExceeded.class);
    }

    @Test
    void whereASumIsLimitedTheLimitMustBeGiven() {
        Quota quota = new Quota(null, null, 1L, null);

        assertThatThrownBy(() -> quota.require(limits("memory", "64Mi"), NOTHING, NOW))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("resourceLimits.cpu");
    }

    @Test
    void theTimeUntilTheNextCreateIsToldAndNeverNothing() {
        Quota quota = new Quota(null, 2, null, null);
        Usage usage = new Usage(0, 0, 0, List.of(NOW.minusSeconds(1), NOW.minusSeconds(40)));

        assertThatThrownBy(() -> quota.require(ResourceLimits.none(), usage, NOW))
                .isInstanceOfSatisfying(
                        Overloaded.class,
                        refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(21)));
    }

    @Test
    void anOwnerWithoutOneOfTheirOwnHasTheUsualQuota() {
        Quota usual = new Quota(1, null, null, null);
        Quota own = new Quota(2, null, null, null);
        Quotas quotas = new Quotas(usual, Map.of("alice", own));

        assertThat(quotas.of("alice")).isEqualTo(own);
        assertThat(quotas.of("bob")).isEqualTo(usual);
    }

    private static ResourceLimits limits(String resource, String amount) {
        return new ResourceLimits(Map.of(resource, amount));
    }
}
