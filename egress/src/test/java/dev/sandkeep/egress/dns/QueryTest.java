package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandkeep.domain.network.DomainName;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

    private static final String LABEL_63 = "x".repeat(63);

    record Case(String why, Rcode rcode, Messages message) {
        @Override
        public String toString() {
            return why;
        }
    }

    static Stream<Case> refusedMessages() {
        byte[] good = Messages.query(7, "a.example", Messages.A);
        return Stream.of(
                refused("nothing", new Messages()),
                refused("half a header", new Messages().bytes(new byte[11])),
                refused("no question", Messages.header(7, 0, 0, 0, 0, 0)),
                refused("no name", Messages.header(7, 0, 1, 0, 0, 0)),
                refused("no type", Messages.header(7, 0, 1, 0, 0, 0).name("a")),
                refused(
                        "half a type",
                        Messages.header(7, 0, 1, 0, 0, 0).name("a").u8(0)),
                refused(
                        "a name without its end",
                        Messages.header(7, 0, 1, 0, 0, 0).u8(1).u8('a')),
                refused(
                        "a label that is cut off",
                        Messages.header(7, 0, 1, 0, 0, 0).u8(9).u8('a')),
                refused(
                        "a label of 64 octets",
                        Messages.header(7, 0, 1, 0, 0, 0).u8(64).bytes(new byte[70])),
                refused(
                        "a label of type 10",
                        Messages.header(7, 0, 1, 0, 0, 0).u8(0x80).bytes(new byte[70])),
                refused("a name of 256 octets", question("x".repeat(62) + ("." + LABEL_63).repeat(3))),
                refused(
                        "a pointer to itself",
                        Messages.header(7, 0, 1, 0, 0, 0).u16(0xC00C).u16(1).u16(1)),
                refused(
                        "a pointer ahead",
                        Messages.header(7, 0, 1, 0, 0, 0)
                                .u16(0xC012)
                                .u16(1)
                                .u16(1)
                                .name("a")),
                refused(
                        "a pointer into the header",
                        Messages.header(7, 0, 1, 0, 0, 0).u16(0xC002).u16(1).u16(1)),
                refused("half a pointer", Messages.header(7, 0, 1, 0, 0, 0).u8(0xC0)),
                refused(
                        "a label, and a pointer to it",
                        Messages.header(7, 0, 1, 0, 0, 0).u8(1).u8('a').u16(0xC00C)),
                refused("one octet more", new Messages().bytes(good).u8(0)),
                refused(
                        "an answer in the query",
                        Messages.header(7, 0, 1, 1, 0, 0).question("a", 1).opt(512)),
                refused(
                        "two OPT records",
                        Messages.header(7, 0, 1, 0, 0, 2)
                                .question("a", 1)
                                .opt(512)
                                .opt(512)),
                refused("another additional record", additional().resourceRecord("", Messages.A, new byte[4])),
                refused("an OPT record with a name", additional().resourceRecord("a", 41, new byte[0])),
                refused("an option that is cut off", additional().resourceRecord("", 41, new byte[] {0, 3, 0, 1})),
                refused(
                        "a record longer than the message",
                        additional().u8(0).u16(41).u16(512).u16(0).u16(0).u16(1)),
                refused("a response", Messages.header(7, 0x8000, 1, 0, 0, 0).question("a", 1)),
                refused("more than a query may have", new Messages().bytes(new byte[4097])),
                new Case(
                        "an update",
                        Rcode.NOTIMP,
                        Messages.header(7, 0x2800, 1, 0, 0, 0).question("a", 6)),
                new Case("two questions", Rcode.REFUSED, Messages.header(7, 0, 2, 0, 0, 0)),
                new Case(
                        "class CH",
                        Rcode.REFUSED,
                        Messages.header(7, 0, 1, 0, 0, 0).name("a").u16(16).u16(3)),
                new Case(
                        "EDNS 1",
                        Rcode.BADVERS,
                        additional().u8(0).u16(41).u16(512).u16(1).u16(0).u16(0)));
    }

    @ParameterizedTest
    @MethodSource("refusedMessages")
    void anythingButOneQuestionIsRefused(Case wrong) {
        assertThatThrownBy(() -> Query.read(wrong.message().done()))
                .isInstanceOfSatisfying(
                        RefusedMessage.class,
                        refused -> assertThat(refused.rcode()).isEqualTo(wrong.rcode()));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "EXAMPLE.Com, example.com",
        "_443._tcp.a-b.example, _443._tcp.a-b.example",
        "7.0.18.198.in-addr.arpa, 7.0.18.198.in-addr.arpa",
        "xn--bcher-kva.example, xn--bcher-kva.example",
    })
    void theNameOfAHostIsJudgedInLowerCase(String asked, String judged) throws RefusedMessage {
        assertThat(Query.read(Messages.query(7, asked, Messages.A)).name().toDomainName())
                .contains(new DomainName(judged));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a\\2eexample.com",
                "a\\00.example.com",
                "example.com\\00",
                "a\\0aexample.com",
                "a b.example.com",
                "\\e9.example.com",
                "\\c4\\b1.example.com",
                "*.example.com",
                "a\\5c.example.com",
                "-a.example.com",
                "a-.example.com",
                "127.0.0.1",
                "example.0x7f",
                "a\\7f.example.com",
                "a\\e3\\80\\82example.com"
            })
    void whatIsNotTheNameOfAHostNeverBecomesOne(String asked) throws RefusedMessage {
        assertThat(Query.read(Messages.query(7, asked, Messages.A)).name().toDomainName())
                .isEmpty();
    }

    @Test
    void theLongestNameIsRead() throws RefusedMessage {
        String longest = "x".repeat(61) + ("." + LABEL_63).repeat(3);

        assertThat(Query.read(Messages.query(7, longest, Messages.A)).name().toDomainName())
                .contains(new DomainName(longest));
    }

    @ParameterizedTest
    @CsvSource({"0, 512", "511, 512", "512, 512", "1232, 1232", "65535, 4096"})
    void anEdnsClientIsSentAtLeast512OctetsAndAtMost4096(int announced, int sent) throws RefusedMessage {
        byte[] message = Messages.queryWithEdns(7, "a.example", Messages.A, announced);

        assertThat(Query.read(message).payloadLimit()).isEqualTo(sent);
    }

    @Test
    void aRefusalTellsItsCode() throws RefusedMessage {
        byte[] version1 =
                additional().u8(0).u16(41).u16(512).u16(1).u16(0).u16(0).done();

        Response refusal =
                new Response(Responses.refusal(version1, Rcode.BADVERS).orElseThrow());

        assertThat(refusal.id()).isEqualTo(7);
        assertThat(refusal.rcode()).isZero();
        assertThat(refusal.length()).isEqualTo(12 + 11);
    }

    private static Messages additional() {
        return Messages.header(7, 0, 1, 0, 0, 1).question("a.example", 1);
    }

    private static Messages question(String name) {
        return Messages.header(7, 0, 1, 0, 0, 0).question(name, Messages.A);
    }

    private static Case refused(String why, Messages message) {
        return new Case(why, Rcode.FORMERR, message);
    }
}
