package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.DomainName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every name and every message. */
class WirePropertiesTest {

    private static final String OF_HOSTS = "abcxyzABCXYZ019";

    @Provide
    Arbitrary<String> hostNames() {
        return Arbitraries.strings()
                .withChars(OF_HOSTS)
                .ofMinLength(1)
                .ofMaxLength(20)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(labels -> String.join(".", labels) + ".example");
    }

    /** Any octets, but often those that text gives a meaning to. */
    @Provide
    Arbitrary<List<byte[]>> labels() {
        Arbitrary<Byte> octets = Arbitraries.oneOf(
                Arbitraries.of((byte) '.', (byte) 0, (byte) '\n', (byte) 'a', (byte) 'A', (byte) '-'),
                Arbitraries.bytes());
        return octets.array(byte[].class)
                .ofMinSize(1)
                .ofMaxSize(63)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    @Property
    void aHostNameIsReadAsItWasWritten(@ForAll("hostNames") String name) throws RefusedMessage {
        Query query = Query.read(Messages.query(7, name, Messages.A));

        assertThat(query.name().toDomainName()).contains(new DomainName(name.toLowerCase(Locale.ROOT)));
        assertThat(query.forUpstream(7)).isEqualTo(Messages.query(7, name, Messages.A));
    }

    @Property
    void aNameThatIsReadHasExactlyTheLabelsOnTheWire(@ForAll("labels") List<byte[]> labels) throws RefusedMessage {
        Messages message = Messages.header(7, 0, 1, 0, 0, 0);
        labels.forEach(label -> message.u8(label.length).bytes(label));
        byte[] query = message.u8(0).u16(Messages.A).u16(1).done();

        Optional<DomainName> name = Query.read(query).name().toDomainName();

        name.ifPresent(read ->
                assertThat(read.value()).isEqualTo(NaiveDecoder.text(query, 12).orElseThrow()));
    }

    @Property
    void anyOctetsAreReadOrRefused(@ForAll byte[] octets, @ForAll @IntRange(max = 12) int kept) {
        byte[] message = Messages.queryWithEdns(1, "www.example.com", Messages.A, 1232);
        System.arraycopy(octets, 0, message, kept, Math.min(octets.length, message.length - kept));

        assertThat(isReadOrRefused(message)).isTrue();
        assertThat(isReadOrRefused(octets)).isTrue();
    }

    private static boolean isReadOrRefused(byte[] message) {
        try {
            return Query.read(message).name().length() <= Name.MAX_LENGTH;
        } catch (RefusedMessage refused) {
            return Responses.refusal(message, refused.rcode()).isEmpty() || message.length >= Header.LENGTH;
        }
    }
}
