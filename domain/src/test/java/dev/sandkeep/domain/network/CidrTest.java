package dev.sandkeep.domain.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "10.0.0.1/32, 10.0.0.1",
        "10.1.2.3/8, 10.0.0.0/8",
        "10.255.255.255/9, 10.128.0.0/9",
        "192.168.1.77/26, 192.168.1.64/26",
        "10.0.0.1/31, 10.0.0.0/31",
        "1.2.3.4/0, 0.0.0.0/0",
        "::1, 0:0:0:0:0:0:0:1",
        "2001:DB8::1, 2001:db8:0:0:0:0:0:1",
        "2001:db8:ffff::1/33, 2001:db8:8000:0:0:0:0:0/33",
        "::/0, 0:0:0:0:0:0:0:0/0",
        "fe80::1/128, fe80:0:0:0:0:0:0:1",
        "64:ff9b::1.2.3.4, 64:ff9b:0:0:0:0:102:304",
        "::ffff:10.0.0.1, 10.0.0.1",
        "::FFFF:a00:1, 10.0.0.1",
        "::ffff:10.1.2.3/104, 10.0.0.0/8",
        "::ffff:10.1.2.3/128, 10.1.2.3",
        "::ffff:0:0/96, 0.0.0.0/0"
    })
    void anAddressOrBlockIsBroughtIntoNormalForm(String text, String normal) {
        Cidr block = Cidr.find(text).orElseThrow();

        assertThat(block).hasToString(normal);
        assertThat(Cidr.find(normal)).contains(block);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10",
                "10.1",
                "10.0.1",
                "10.0.0.0.1",
                "010.0.0.1", // octal for some
                "10.0.0.01",
                "10.0.0.08",
                "00.0.0.0",
                "0x0a.0.0.1",
                "0x0a000001",
                "167772161",
                "256.0.0.1",
                "10.0.0.999",
                "10.0.0.",
                ".10.0.0.1",
                "10.0.0.1.",
                "10.0.0.-1",
                "+10.0.0.1",
                " 10.0.0.1",
                "10.0.0.1 ",
                "10.0.0.1\n",
                "10.0.0.1\0",
                "１０.0.0.1",
                "١0.0.0.1",
                "10.0.0.1/",
                "10.0.0.1/33",
                "10.0.0.1/-1",
                "10.0.0.1/+8",
                "10.0.0.1/08",
                "10.0.0.1/8/8",
                "10.0.0.1/ 8",
                "10.0.0.1/٨",
                "10.0.0.1/255.0.0.0",
                "10.0.0.1/99999999999",
                ":",
                ":::",
                ":1",
                "1:",
                "::1::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "g::1",
                "[::1]",
                "::1%lo",
                "fe80::1%1",
                "::1/129",
                "::ffff:10.0.0.256",
                "::ffff:010.0.0.1",
                "::ffff:0x0a.0.0.1",
                "::10.1",
                "::ffff:10.0.0.1/8",
                "::ffff:10.0.0.1/0",
                "::ffff:10.0.0.1/95",
                "::ffff:10.0.0.1/129",
                "localhost"
            })
    void thisIsNeither(String text) {
        assertThat(Cidr.find(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/31, 10.0.0.1, true",
        "10.0.0.0/31, 10.0.0.2, false",
        "10.0.0.1, 10.0.0.1, true",
        "10.0.0.1, 10.0.0.2, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 10.0.0.1, false",
        "::/0, ffff::, true",
        "2001:db8::/33, 2001:db8:7fff::, true",
        "2001:db8::/33, 2001:db8:8000::, false",
        "10.0.0.1, ::ffff:10.0.0.1, true"
    })
    void aBlockContainsTheAddressesThatShareItsPrefix(String block, String address, boolean contained) {
        InetAddress wanted = Cidr.findAddress(address).orElseThrow();

        assertThat(Cidr.find(block).orElseThrow().contains(wanted)).isEqualTo(contained);
    }

    @Test
    void aSingleAddressIsABlockOfFullLength() {
        assertThat(Cidr.find("10.0.0.1").orElseThrow().isSingle()).isTrue();
        assertThat(Cidr.find("10.0.0.0/31").orElseThrow().isSingle()).isFalse();
        assertThat(Cidr.find("::1").orElseThrow().isSingle()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33})
    void aPrefixIsNotLongerThanTheAddress(int prefix) {
        InetAddress address = Cidr.findAddress("10.0.0.1").orElseThrow();

        assertThatThrownBy(() -> new Cidr(address, prefix)).isInstanceOf(IllegalArgumentException.class);
    }
}
