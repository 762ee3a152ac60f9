package dev.sandkeep.egress.filter;

import static dev.sandkeep.egress.filter.Policies.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.network.DomainName;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.network.PrivateRanges;
import dev.sandkeep.egress.dns.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearnedAddressesTest {

    private static final Surroundings SURROUNDINGS = Policies.surroundings(PrivateRanges.NAMED);
    private static final NetworkPolicy ALL = policy("allow");

    private final RecordedFilter filter = new RecordedFilter();
    private Instant now = Instant.EPOCH;
    private final LearnedAddresses learned = new LearnedAddresses(() -> now, 3);

    @ParameterizedTest
    @CsvSource({"0, 120", "1, 120", "60, 120", "61, 121", "300, 360", "3600, 3660", "86400, 3660"})
    void anAddressStaysAsLongAsItsAnswerWithinBounds(int ttl, int timeout) throws IOException {
        learn("a.com", "198.18.0.1", ttl);

        assertThat(filter.lines.getFirst())
                .isEqualTo("add element inet sandkeep learned4 { 198.18.0.1 timeout " + timeout + "s }; "
                        + "delete element inet sandkeep learned4 { 198.18.0.1 }; "
                        + "add element inet sandkeep learned4 { 198.18.0.1 timeout " + timeout + "s }; ");
    }

    @Test
    void onlyWhatWouldExpireTooSoonIsWrittenAgain() throws IOException {
        learn("a.com", "198.18.0.1", 60);
        now = now.plusSeconds(60);
        learn("a.com", "198.18.0.1", 60);
        assertThat(filter.lines).hasSize(1);

        now = now.plusSeconds(1);
        learn("a.com", "198.18.0.1", 60);

        assertThat(filter.lines).hasSize(2);
        assertThat(current(ALL)).containsExactly("198.18.0.1");
    }

    @Test
    void aShorterAnswerTakesNothingAway() throws IOException {
        learn("a.com", "198.18.0.1", 600);
        learn("b.com", "198.18.0.1", 1);
        now = now.plusSeconds(600);

        assertThat(current(ALL)).containsExactly("198.18.0.1");
    }

    @Test
    void anExpiredAddressIsRememberedForOpenConnections() throws IOException {
        learn("a.com", "198.18.0.1", 60);
        now = now.plusSeconds(120);

        assertThat(current(ALL)).isEmpty();
        assertThat(learned.remembered(ALL, SURROUNDINGS)).containsExactly(InetAddress.ofLiteral("198.18.0.1"));
    }

    @Test
    void anAddressStaysIfAnyOfItsNamesIsStillAllowed() throws IOException {
        learn("a.com", "198.18.0.1", 60);
        learn("b.com", "198.18.0.1", 60);
        learn("c.com", "198.18.0.2", 60);

        NetworkPolicy policy = policy("deny", "allow b.com");

        assertThat(current(policy)).containsExactly("198.18.0.1");
        learned.retain(policy, SURROUNDINGS);
        assertThat(current(ALL)).containsExactly("198.18.0.1");
        assertThat(current(policy("deny", "deny 198.18.0.0/24", "allow b.com"))).isEmpty();
    }

    @Test
    void theOneThatWasNotUsedForLongestMakesPlace() throws IOException {
        learn("a.com", "198.18.0.1", 60);
        learn("a.com", "198.18.0.2", 60);
        learn("a.com", "198.18.0.3", 60);
        learn("a.com", "198.18.0.1", 60);

        learn("a.com", "198.18.0.4", 60);

        assertThat(current(ALL)).containsExactlyInAnyOrder("198.18.0.1", "198.18.0.3", "198.18.0.4");
        assertThat(filter.lines.getLast()).contains("delete element inet sandkeep learned4 { 198.18.0.2 }; ");
    }

    @Test
    void whatTheFilterRefusesIsNotLearned() {
        filter.broken = true;

        assertThatThrownBy(() -> learn("a.com", "198.18.0.1", 60)).isInstanceOf(IOException.class);
        assertThat(current(ALL)).isEmpty();
    }

    @Test
    void aLongAnswerTakesSeveralCommands() throws IOException {
        List<Answer> answers = new ArrayList<>();
        for (int i = 1; i <= 120; i++) {
            answers.add(new Answer(InetAddress.ofLiteral("2001:2::" + i), Duration.ofSeconds(60)));
        }
        LearnedAddresses many = new LearnedAddresses(() -> now);

        many.learn(new DomainName("a.com"), answers, filter);

        assertThat(filter.lines).hasSize(3).allMatch(line -> line.contains("learned6"));
        assertThat(many.current(ALL, SURROUNDINGS)).hasSize(120);
    }

    private List<String> current(NetworkPolicy policy) {
        return learned.current(policy, SURROUNDINGS).stream()
                .map(address -> address.address().getHostAddress())
                .toList();
    }

    private void learn(String name, String address, int ttl) throws IOException {
        learned.learn(
                new DomainName(name),
                List.of(new Answer(InetAddress.ofLiteral(address), Duration.ofSeconds(ttl))),
                filter);
    }
}
