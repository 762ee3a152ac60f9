package dev.sandkeep.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.network.Cidr;
import dev.sandkeep.domain.network.PrivateRanges;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private static final String KEY = "00112233445566778899aabbccddeeff";

    @Test
    void aKeyAndAResolverAreEnough() {
        Settings settings = Settings.from(Map.of("SANDKEEP_EGRESS_KEY", KEY, "SANDKEEP_EGRESS_RESOLVERS", "10.0.0.1"));

        assertThat(settings.resolvers()).containsExactly(new InetSocketAddress("10.0.0.1", 53));
        assertThat(settings.privateRanges()).isEqualTo(PrivateRanges.NAMED);
        assertThat(settings.stateDirectory()).isEqualTo(Path.of("/run/egress"));
        assertThat(settings.policy()).isEmpty();
        assertThat(settings.toString()).doesNotContain(KEY);
    }

    @Test
    void addressesAreSeparatedByCommas() {
        Settings settings = Settings.from(with(Map.of(
                "RESOLVERS", "10.0.0.1, 2001:2::1",
                "GATEWAYS", "10.99.0.1,fd99::1,10.98.0.0/16",
                "HOST_ADDRESSES", "198.18.0.1,198.19.0.0/16,",
                "PRIVATE_RANGES", "allow")));

        assertThat(settings.resolvers()).hasSize(2);
        assertThat(settings.gateways())
                .extracting(Cidr::toString)
                .containsExactly("10.99.0.1", "fd99:0:0:0:0:0:0:1", "10.98.0.0/16");
        assertThat(settings.hostAddresses()).extracting(Cidr::toString).containsExactly("198.18.0.1", "198.19.0.0/16");
        assertThat(settings.privateRanges()).isEqualTo(PrivateRanges.OPEN);
    }

    @ParameterizedTest
    @CsvSource({
        "KEY, ''",
        "KEY, 0011",
        "KEY, 00112233445566778899aabbccddeefg",
        "RESOLVERS, ''",
        "RESOLVERS, dns.example",
        "RESOLVERS, 10.0.0.0/8",
        "GATEWAYS, 10.0.0",
        "HOST_ADDRESSES, 10.0.0.0/33",
        "PRIVATE_RANGES, yes"
    })
    void whatIsWrongIsNamed(String name, String value) {
        assertThatThrownBy(() -> Settings.from(with(Map.of(name, value))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("SANDKEEP_EGRESS_" + name + ": must ")
                .hasMessageNotContaining("00112233");
    }

    private static Map<String, String> with(Map<String, String> changes) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SANDKEEP_EGRESS_KEY", KEY);
        environment.put("SANDKEEP_EGRESS_RESOLVERS", "10.0.0.1");
        changes.forEach((name, value) -> environment.put("SANDKEEP_EGRESS_" + name, value));
        return environment;
    }
}
