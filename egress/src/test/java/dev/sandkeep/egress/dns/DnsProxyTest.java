package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.DomainName;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DnsProxyTest {

    private static final String IPV4 = "127.0.0.1";
    private static final String IPV6 = "::1";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final FakeJudge judge = FakeJudge.allowing("good.example.com", "www.example.com", "*.wild.example");
    private FakeResolver resolver;
    private Upstream upstream;
    private DnsProxy proxy;
    private DnsClient client;

    @BeforeEach
    void start() throws IOException {
        resolver = FakeResolver.withAddress("198.18.0.7");
        upstream = Upstream.open(List.of(resolver.address()), TIMEOUT, 0);
        proxy = Proxies.start(judge, upstream, Limits.DEFAULT);
        client = new DnsClient(IPV4, proxy.port());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        upstream.close();
        resolver.close();
    }

    @Test
    void anAllowedNameIsAnsweredByTheResolver() throws IOException {
        Response response = client.overUdp(Messages.query(7, "good.example.com", Messages.A));

        assertThat(response.id()).isEqualTo(7);
        assertThat(response.rcode()).isZero();
        assertThat(response.answers()).isEqualTo(1);
    }

    @Test
    void theAddressesAreAdmittedUnderTheNameThatWasAskedFor() throws IOException {
        client.overUdp(Messages.query(7, "good.example.com", Messages.A));

        Answer answer = new Answer(InetAddress.ofLiteral("198.18.0.7"), Duration.ofSeconds(60));
        assertThat(judge.admissions())
                .containsExactly(new FakeJudge.Admission(new DomainName("good.example.com"), List.of(answer)));
    }

    @Test
    void whateverAliasesLieBetweenOnlyTheNameAskedForDecides() throws IOException {
        resolver.overUdp(query -> List.of(Corpus.chain(query)));

        client.overUdp(Messages.query(7, "www.example.com", Messages.A));

        Answer answer = new Answer(InetAddress.ofLiteral("198.18.0.9"), Duration.ofSeconds(10));
        assertThat(judge.judged()).containsExactly(new DomainName("www.example.com"));
        assertThat(judge.admissions())
                .containsExactly(new FakeJudge.Admission(new DomainName("www.example.com"), List.of(answer)));
    }

    @Test
    void aDeniedNameDoesNotExistAndNeverLeaves() throws IOException {
        Response response = client.overUdp(Messages.query(7, "bad.example.com", Messages.A));

        assertThat(response.rcode()).isEqualTo(3);
        assertThat(response.question())
                .isEqualTo(
                        new Messages().question("bad.example.com", Messages.A).done());
        assertThat(response.hasOpt()).isFalse();
        assertThat(resolver.asked()).isEmpty();
    }

    @Test
    void aClientWithEdnsIsToldThatTheDefaultActionDenied() throws IOException {
        Response response = client.overUdp(Messages.queryWithEdns(7, "bad.example.com", Messages.A, 1232));

        assertThat(response.extendedError()).contains("15 denied by the network policy: default action");
    }

    @Test
    void allTransportsAndIpVersionsAnswer() throws IOException {
        byte[] query = Messages.query(7, "good.example.com", Messages.AAAA);

        assertThat(client.overTcp(query).answers()).isEqualTo(1);
        assertThat(new DnsClient(IPV6, proxy.port()).overUdp(query).answers()).isEqualTo(1);
        assertThat(new DnsClient(IPV6, proxy.port()).overTcp(query).answers()).isEqualTo(1);
    }

    @Test
    void caseDoesNotMatterAndComesBackAsItWasSent() throws IOException {
        byte[] query = Messages.query(7, "GooD.eXample.COM", Messages.A);

        Response response = client.overUdp(query);

        assertThat(response.answers()).isEqualTo(1);
        assertThat(response.question())
                .isEqualTo(
                        new Messages().question("GooD.eXample.COM", Messages.A).done());
    }

    @Test
    void caseComesBackEvenFromAResolverThatLowersIt() throws IOException {
        byte[] lower = Messages.query(0, "good.example.com", Messages.A);
        resolver.overUdp(query -> {
            lower[0] = query[0];
            lower[1] = query[1];
            return List.of(Messages.answerTo(lower, 1).address("198.18.0.7", 60).done());
        });

        Response response = client.overUdp(Messages.query(7, "GooD.example.com", Messages.A));

        assertThat(response.question())
                .isEqualTo(
                        new Messages().question("GooD.example.com", Messages.A).done());
    }

    @Test
    void aReverseLookupIsANameLikeAnyOther() throws IOException {
        assertThat(client.overUdp(Messages.query(7, "1.0.18.198.in-addr.arpa", 12))
                        .rcode())
                .isEqualTo(3);
        assertThat(judge.judged()).containsExactly(new DomainName("1.0.18.198.in-addr.arpa"));
    }

    @Test
    void aLabelOfAnyOtherOctetsIsDeniedWithoutBeingJudged() throws IOException {
        List<String> names = List.of(
                "good\\2eexample.com",
                "good.example.com\\00",
                "good.example.com\\0a.wild.example",
                "\\e9.wild.example",
                "a b.wild.example",
                "*.wild.example",
                "",
                "-a.wild.example");
        for (String name : names) {
            assertThat(client.overUdp(Messages.query(7, name, Messages.A)).rcode())
                    .as(name)
                    .isEqualTo(3);
        }

        assertThat(judge.judged()).isEmpty();
        assertThat(resolver.asked()).isEmpty();
    }

    @Test
    void anAnswerWhoseAddressesAreAllRefusedIsFiltered() throws IOException {
        judge.refuseAddresses();

        Response response = client.overUdp(Messages.queryWithEdns(7, "good.example.com", Messages.A, 1232));

        assertThat(response.rcode()).isEqualTo(3);
        assertThat(response.answers()).isZero();
        assertThat(response.extendedError())
                .hasValueSatisfying(error -> assertThat(error).startsWith("17 "));
    }

    @Test
    void anAnswerThatThePacketFilterDidNotTakeNeverLeaves() throws IOException {
        judge.breakDown();

        Response response = client.overUdp(Messages.queryWithEdns(7, "good.example.com", Messages.A, 1232));

        assertThat(response.rcode()).isEqualTo(2);
        assertThat(response.answers()).isZero();
        assertThat(response.extendedError()).isPresent();
    }

    @Test
    void anAnswerWithoutAddressesNeedsNoAdmission() throws IOException {
        judge.breakDown();
        resolver.overUdp(query -> List.of(Messages.answerTo(query, 0x8183, 0).done()));

        assertThat(client.overUdp(Messages.query(7, "good.example.com", Messages.A))
                        .rcode())
                .isEqualTo(3);
    }

    @Test
    void onlyWhatWasUnderstoodIsForwarded() throws IOException {
        byte[] query = Messages.header(7, 0x0170, 1, 0, 0, 1)
                .question("good.example.com", Messages.A)
                .u8(0)
                .u16(41)
                .u16(4000)
                .u16(0)
                .u16(0x8000)
                .u16(8)
                .u16(10)
                .u16(4)
                .u16(0x5EC2)
                .u16(0xE7)
                .done();

        client.overUdp(query);

        byte[] forwarded = resolver.asked().getFirst();
        byte[] expected = Messages.header(0, 0x0110, 1, 0, 0, 1)
                .question("good.example.com", Messages.A)
                .u8(0)
                .u16(41)
                .u16(1232)
                .u16(0)
                .u16(0x8000)
                .u16(0)
                .done();
        forwarded[0] = 0;
        forwarded[1] = 0;
        assertThat(forwarded).isEqualTo(expected);
    }

    @Test
    void aMessageThatIsNoQueryIsAnsweredByItsKindOrNotAtAll() throws IOException {
        byte[] notify = Messages.header(7, 0x2000, 1, 0, 0, 0)
                .question("good.example.com", 6)
                .done();
        byte[] two = Messages.header(7, 0, 2, 0, 0, 0)
                .question("good.example.com", Messages.A)
                .question("bad.example.com", Messages.A)
                .done();
        byte[] chaos = Messages.header(7, 0, 1, 0, 0, 0)
                .name("version.bind")
                .u16(16)
                .u16(3)
                .done();
        byte[] garbage =
                Messages.header(7, 0, 1, 0, 0, 0).u16(0xC00C).u16(1).u16(1).done();
        byte[] response = Messages.header(7, 0x8000, 1, 0, 0, 0)
                .question("good.example.com", Messages.A)
                .done();

        assertThat(client.overUdp(notify).rcode()).isEqualTo(4);
        assertThat(client.overUdp(two).rcode()).isEqualTo(5);
        assertThat(client.overUdp(chaos).rcode()).isEqualTo(5);
        assertThat(client.overUdp(garbage).rcode()).isEqualTo(1);
        assertThat(client.overUdpOrSilence(response)).isEmpty();
        assertThat(client.overUdpOrSilence(new byte[11])).isEmpty();
        assertThat(client.overUdp(new byte[5000]).rcode()).isEqualTo(1);
        assertThat(resolver.asked()).isEmpty();
    }

    @Test
    void aDatagramIsNeverLongerThanTheClientTakes() throws IOException {
        resolver.overUdp(query -> List.of(withAddresses(query, 60)));

        assertThat(client.overUdp(Messages.query(7, "good.example.com", Messages.A))
                        .isTruncated())
                .isTrue();
        assertThat(client.overUdp(Messages.queryWithEdns(7, "good.example.com", Messages.A, 600))
                        .length())
                .isLessThanOrEqualTo(600);
        assertThat(judge.admissions()).isEmpty();
        assertThat(client.overUdp(Messages.queryWithEdns(7, "good.example.com", Messages.A, 1232))
                        .answers())
                .isEqualTo(60);
        assertThat(client.overTcp(Messages.query(7, "good.example.com", Messages.A))
                        .answers())
                .isEqualTo(60);
    }

    private static byte[] withAddresses(byte[] query, int count) {
        Messages answer = Messages.answerTo(query, count);
        for (int i = 0; i < count; i++) {
            answer.address("198.18.1." + i, 60);
        }
        return answer.done();
    }
}
