package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyTest {

    private static final byte[] QUERY = Messages.query(1, "www.example.com", Messages.A);

    static Stream<byte[]> malformedMessages() {
        return Stream.of(
                Messages.answerTo(QUERY, 1).done(),
                Messages.answerTo(QUERY, 0).u8(0).done(),
                Messages.answerTo(QUERY, 0x8380, 0).done(),
                withRecord(Messages.A, 0, 0, 0),
                withRecord(Messages.A, 0, 0, 0, 0, 0),
                withRecord(Messages.AAAA, 0, 0, 0, 0),
                withRecord(5, 1, 'a'),
                withRecord(5, 0, 0),
                withRecord(Messages.HTTPS, 0),
                withRecord(Messages.HTTPS, 0, 1, 0xC0, 12),
                withRecord(Messages.HTTPS, 0, 1, 0, 0, 4, 0, 0),
                withRecord(Messages.HTTPS, 0, 1, 0, 0, 4, 0, 3, 1, 2, 3),
                withRecord(Messages.HTTPS, 0, 1, 0, 0, 6, 0, 4, 1, 2, 3, 4),
                withRecord(Messages.HTTPS, 0, 1, 0, 0, 4, 0, 4, 1, 2, 3, 4, 0, 4, 0, 4, 1, 2, 3, 4),
                withRecord(Messages.HTTPS, 0, 1, 0, 0, 1, 0, 9, 1),
                Messages.answerTo(QUERY, 1)
                        .u16(0xC00C)
                        .u16(1)
                        .u16(3)
                        .u16(0)
                        .u16(9)
                        .u16(4)
                        .u16(0)
                        .u16(0)
                        .done(),
                Messages.answerTo(QUERY, 1)
                        .u16(0xC030)
                        .u16(1)
                        .u16(1)
                        .u16(0)
                        .u16(9)
                        .u16(4)
                        .u16(0)
                        .u16(0)
                        .done());
    }

    @ParameterizedTest
    @MethodSource("malformedMessages")
    void aMalformedAnswerIsRefusedAsAWhole(byte[] message) {
        assertThatThrownBy(() -> Reply.read(message, Query.read(QUERY))).isInstanceOf(RefusedMessage.class);
    }

    @Test
    void aNameThatIsOnlyJumpsIsRefused() {
        int jumps = 128;
        int root = Messages.answerTo(QUERY, 2).done().length + 12;
        Messages pointers = new Messages().u8(0).u16(0xC000 | root);
        for (int i = 1; i < jumps; i++) {
            pointers.u16(0xC000 | (root + 2 * i - 1));
        }
        byte[] data = pointers.done();
        byte[] message = Messages.answerTo(QUERY, 2)
                .u16(0xC00C)
                .u16(Messages.TXT)
                .u16(1)
                .u16(0)
                .u16(9)
                .u16(data.length)
                .bytes(data)
                .u16(0xC000 | (root + 2 * jumps - 1))
                .u16(Messages.TXT)
                .u16(1)
                .u16(0)
                .u16(9)
                .u16(0)
                .done();

        assertThatThrownBy(() -> read(message))
                .isInstanceOf(RefusedMessage.class)
                .hasMessageContaining("pointer");
    }

    @Test
    void allAddressesOfAChainCount() throws RefusedMessage {
        assertThat(read(Corpus.chain(QUERY)).addresses()).containsExactly(answer("198.18.0.9", 10));
    }

    @Test
    void theHintsOfAServiceBindingAreAddresses() throws RefusedMessage {
        assertThat(read(Corpus.serviceBinding(QUERY)).addresses())
                .containsExactly(answer("198.18.0.10", 60), answer("198.18.0.11", 60), answer("2001:db8::1", 60));
    }

    @Test
    void aMappedAddressIsTheOneThatIsReached() throws RefusedMessage {
        byte[] mapped = withRecord(Messages.AAAA, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 198, 18, 0, 7);

        assertThat(read(mapped).addresses()).containsExactly(answer("198.18.0.7", 60));
    }

    @Test
    void aLifetimeBeyondTheLargestIsNone() throws RefusedMessage {
        byte[] message = Messages.answerTo(QUERY, 1).address("198.18.0.7", -1).done();

        assertThat(read(message).addresses()).containsExactly(answer("198.18.0.7", 0));
    }

    @Test
    void addressesBehindTheAnswerDoNotCount() throws RefusedMessage {
        byte[] message = Messages.header(1, 0x8180, 1, 0, 0, 1)
                .question("www.example.com", Messages.A)
                .address("198.18.0.7", 60)
                .done();

        assertThat(read(message).addresses()).isEmpty();
    }

    @Test
    void anAnswerBelongsToItsQueryInAnyCase() throws RefusedMessage {
        byte[] other = Messages.answerTo(Messages.query(1, "WWW.example.COM", Messages.A), 0)
                .done();

        assertThat(Reply.answers(other, 1, Query.read(QUERY))).isTrue();
        assertThat(Reply.answers(other, 2, Query.read(QUERY))).isFalse();
        assertThat(Reply.answers(QUERY, 1, Query.read(QUERY))).isFalse();
    }

    private static Reply read(byte[] message) throws RefusedMessage {
        return Reply.read(message, Query.read(QUERY));
    }

    private static Answer answer(String address, int seconds) {
        return new Answer(InetAddress.ofLiteral(address), Duration.ofSeconds(seconds));
    }

    private static byte[] withRecord(int type, int... data) {
        byte[] octets = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            octets[i] = (byte) data[i];
        }
        return Messages.answerTo(QUERY, 1)
                .resourceRecord("www.example.com", type, octets)
                .done();
    }
}
