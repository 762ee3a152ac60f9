package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.Cidr;
import org.junit.jupiter.api.Test;

class SandboxNetworkTest {

    @Test
    void everyInstanceHasPrivateAddressesOfItsOwn() {
        String one = SandboxNetwork.ipv6Prefix("one");

        assertThat(one).matches("fd[0-9a-f]{2}(:[0-9a-f]{4}){3}").isEqualTo(SandboxNetwork.ipv6Prefix("one"));
        assertThat(one).isNotEqualTo(SandboxNetwork.ipv6Prefix("two"));
        assertThat(Cidr.find(one + "::/64")).isPresent();
    }
}
