package dev.sandkeep.domain.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AddressScopeTest {

    @ParameterizedTest
    @CsvSource({
        "1.1.1.1, PUBLIC",
        "198.18.0.1, PUBLIC",
        "198.19.255.255, PUBLIC",
        "223.255.255.255, PUBLIC",
        "2001:2::1, PUBLIC",
        "2606:4700::1111, PUBLIC",
        "2a00::1, PUBLIC",
        "10.0.0.0, PRIVATE",
        "10.255.255.255, PRIVATE",
        "172.15.255.255, PUBLIC",
        "172.16.0.0, PRIVATE",
        "172.31.255.255, PRIVATE",
        "172.32.0.0, PUBLIC",
        "192.168.0.1, PRIVATE",
        "100.63.255.255, PUBLIC",
        "100.64.0.0, PRIVATE",
        "100.127.255.255, PRIVATE",
        "fc00::, PRIVATE",
        "fdff::1, PRIVATE",
        "127.0.0.1, LOOPBACK",
        "127.0.0.11, LOOPBACK",
        "127.255.255.255, LOOPBACK",
        "::1, LOOPBACK",
        "169.254.169.254, LINK_LOCAL",
        "fe80::1, LINK_LOCAL",
        "febf::1, LINK_LOCAL",
        "224.0.0.1, MULTICAST",
        "239.255.255.255, MULTICAST",
        "ff02::1, MULTICAST",
        "0.0.0.0, UNSPECIFIED",
        "0.1.2.3, UNSPECIFIED",
        "::, UNSPECIFIED",
        "100.100.100.200, METADATA",
        "168.63.129.16, METADATA",
        "fd00:ec2::254, METADATA",
        "192.0.0.1, RESERVED",
        "192.0.2.1, RESERVED",
        "198.51.100.1, RESERVED",
        "203.0.113.1, RESERVED",
        "240.0.0.1, RESERVED",
        "255.255.255.255, RESERVED",
        "64:ff9b::7f00:1, RESERVED",
        "64:ff9b:1::1, RESERVED",
        "2002:7f00:1::1, RESERVED",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2, RESERVED",
        "2001:db8::1, RESERVED",
        "::7f00:1, RESERVED",
        "100::1, RESERVED",
        "4000::1, RESERVED",
        "5f00::1, RESERVED",
        "fbff::1, RESERVED",
        "fe00::1, RESERVED",
        "fec0::1, RESERVED"
    })
    void anAddressReachesThisFar(String address, AddressScope scope) {
        assertThat(AddressScope.of(InetAddress.ofLiteral(address))).isEqualTo(scope);
    }

    @Test
    void aMappedAddressCountsAsIpv4() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 169, (byte) 254, (byte) 169, (byte) 254};

        assertThat(AddressScope.of(Inet6Address.getByAddress(null, mapped, -1))).isEqualTo(AddressScope.LINK_LOCAL);
        assertThat(AddressScope.of(InetAddress.ofLiteral("::ffff:10.0.0.1"))).isEqualTo(AddressScope.PRIVATE);
        assertThat(AddressScope.of(InetAddress.ofLiteral("::ffff:1.1.1.1"))).isEqualTo(AddressScope.PUBLIC);
    }

    @ParameterizedTest
    @EnumSource
    void aBlockThatIsListedHasItsScope(AddressScope scope) {
        assertThat(scope.blocks())
                .filteredOn(block -> !block.toString().equals("0:0:0:0:0:0:0:0/3"))
                .allSatisfy(block -> assertThat(AddressScope.of(block.base())).isEqualTo(scope));
    }

    @ParameterizedTest
    @EnumSource
    void onlyPublicAndPrivateAddressesCanBeOpened(AddressScope scope) {
        assertThat(scope.isForbidden()).isEqualTo(scope != AddressScope.PUBLIC && scope != AddressScope.PRIVATE);
    }
}
