package dev.sandkeep.domain.network;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Policies, names and addresses over few labels and octets, so that rules often match. */
class PolicyArbitraries extends DomainContextBase {

    @Provide
    Arbitrary<DomainName> names() {
        return Arbitraries.of("a", "b", "com")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(labels -> new DomainName(String.join(".", labels)));
    }

    @Provide
    Arbitrary<InetAddress> addresses() {
        Arbitrary<Byte> octets =
                Arbitraries.of((byte) 0, (byte) 1, (byte) 10, (byte) 127, (byte) 128, (byte) 252, (byte) 255);
        return Arbitraries.of(4, 16)
                .flatMap(length -> octets.list().ofSize(length))
                .map(PolicyArbitraries::address);
    }

    @Provide
    Arbitrary<NetworkRule> rules() {
        Arbitrary<Target> blocks = addresses()
                .flatMap(address -> Arbitraries.integers()
                        .between(0, address.getAddress().length * 8)
                        .map(prefix -> new Target.Block(new Cidr(address, prefix))));
        Arbitrary<Target> targets =
                Arbitraries.oneOf(names().map(Target.Name::new), names().map(Target.Wildcard::new), blocks);
        return Combinators.combine(Arbitraries.of(Action.class), targets).as(NetworkRule::new);
    }

    @Provide
    Arbitrary<NetworkPolicy> policies() {
        return Combinators.combine(Arbitraries.of(Action.class), rules().list().ofMaxSize(8))
                .as(NetworkPolicy::new);
    }

    private static InetAddress address(List<Byte> octets) {
        return octets.size() == 4
                ? InetAddress.ofLiteral(octets.stream()
                        .map(octet -> Integer.toString(octet & 0xFF))
                        .collect(Collectors.joining(".")))
                : InetAddress.ofLiteral(IntStream.iterate(0, i -> i < octets.size(), i -> i + 2)
                        .mapToObj(i -> HexFormat.of().toHexDigits(octets.get(i))
                                + HexFormat.of().toHexDigits(octets.get(i + 1)))
                        .collect(Collectors.joining(":")));
    }
}
