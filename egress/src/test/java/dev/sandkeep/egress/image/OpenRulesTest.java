package dev.sandkeep.egress.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.AddressScope;
import dev.sandkeep.domain.network.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules that hold while there is no policy close the same addresses as the worker does. */
class OpenRulesTest {

    private static List<Cidr> blocks(String pattern) throws IOException {
        String rules = Files.readString(Path.of("image", "open.nft"));
        return Pattern.compile(pattern)
                .matcher(rules)
                .results()
                .map((MatchResult found) -> found.group(1))
                .flatMap(list -> Stream.of(list.strip().split("[,\\s]+")))
                .map(block -> Cidr.find(block).orElseThrow(() -> new AssertionError(block)))
                .toList();
    }

    @Test
    void whatNoPolicyCanOpenIsClosed() throws IOException {
        assertThat(blocks("elements = \\{([^}]*)}"))
                .containsExactlyInAnyOrderElementsOf(Stream.of(AddressScope.values())
                        .filter(AddressScope::isForbidden)
                        .flatMap(scope -> scope.blocks().stream())
                        .toList());
    }

    @Test
    void privateAddressesAreClosed() throws IOException {
        assertThat(blocks("daddr \\{?([^@}]*?)}? goto refuse\\n")).containsAll(AddressScope.PRIVATE.blocks());
    }
}
