package dev.sandkeep.egress.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.domain.network.DomainName;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Millions of damaged messages, none of which may surprise the readers. */
class MessageFuzzTest {

    private static final long SEED = 8914;
    private static final int MESSAGES = 10_000_000;
    private static final int THREADS = 2;

    private static final Query ASKED = new Query(1, 0x0100, name("www.example.com"), Messages.A, Optional.empty());

    /** How many messages were read to their end, and how many led to a name or to addresses. */
    private record Tally(int read, int leading) {
        Tally plus(Tally other) {
            return new Tally(read + other.read, leading + other.leading);
        }
    }

    @Test
    void everyMessageIsReadRightOrRefused() throws Exception {
        System.out.println("Fuzzing the DNS readers with the seeds " + SEED + " to " + (SEED + THREADS - 1));

        Tally queries = new Tally(0, 0);
        Tally replies = new Tally(0, 0);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Tally[]>> tasks = IntStream.range(0, THREADS)
                    .<Callable<Tally[]>>mapToObj(i -> () -> fuzz(new Mutator(SEED + i), MESSAGES / THREADS))
                    .toList();
            for (Future<Tally[]> done : threads.invokeAll(tasks)) {
                queries = queries.plus(done.get()[0]);
                replies = replies.plus(done.get()[1]);
            }
        }

        // The damage must not be so bad that nothing is left to read.
        assertThat(queries.read()).isGreaterThan(MESSAGES / 40);
        assertThat(queries.leading()).isGreaterThan(MESSAGES / 100);
        assertThat(replies.read()).isGreaterThan(MESSAGES / 40);
        assertThat(replies.leading()).isGreaterThan(MESSAGES / 100);
    }

    private static Tally[] fuzz(Mutator mutator, int count) {
        Tally[] tallies = {new Tally(0, 0), new Tally(0, 0)};
        List<byte[]> queries = Corpus.queries();
        List<byte[]> answers = Corpus.answers();
        for (int i = 0; i < count / 2; i++) {
            tallies[0] = tallies[0].plus(readQuery(mutator.mutated(queries)));
            tallies[1] = tallies[1].plus(readReply(mutator.mutated(answers)));
        }
        return tallies;
    }

    private static Tally readQuery(byte[] message) {
        try {
            Query query = Query.read(message);
            Optional<DomainName> name = query.name().toDomainName();
            if (name.isPresent()) {
                check(name.get().value().equals(NaiveDecoder.text(message, 12).orElse(null)), message);
                byte[] forwarded = query.forUpstream(0);
                check(name.get().value().equals(NaiveDecoder.text(forwarded, 12).orElse(null)), message);
            }
            return new Tally(1, name.isPresent() ? 1 : 0);
        } catch (RefusedMessage expected) {
            return new Tally(0, 0);
        }
    }

    /** As if it had the right id and question, which most damage leaves alone. */
    private static Tally readReply(byte[] message) {
        if (!Reply.answers(message, 1, ASKED)) {
            return new Tally(0, 0);
        }
        check(NaiveDecoder.text(message, 12).orElse("").equals("www.example.com"), message);
        try {
            Reply reply = Reply.read(message, ASKED);
            check(reply.addresses().size() <= message.length / 4, message);
            checkOwners(message);
            check(reply.forClient(ASKED).length == message.length, message);
            return new Tally(1, reply.addresses().isEmpty() ? 0 : 1);
        } catch (RefusedMessage expected) {
            return new Tally(0, 0);
        }
    }

    /** The names in front of records are mostly compressed. */
    private static void checkOwners(byte[] message) throws RefusedMessage {
        WireReader reader = new WireReader(message);
        reader.skip(Header.LENGTH + ASKED.questionLength());
        while (!reader.atEnd()) {
            int offset = reader.position();
            Optional<DomainName> owner = ResourceRecord.read(reader).owner().toDomainName();
            check(
                    owner.isEmpty()
                            || owner.get()
                                    .value()
                                    .equals(NaiveDecoder.text(message, offset).orElse(null)),
                    message);
        }
    }

    private static void check(boolean holds, byte[] message) {
        if (!holds) {
            throw new AssertionError("Wrongly read: " + HexFormat.of().formatHex(message));
        }
    }

    private static Name name(String text) {
        byte[] octets = Messages.encodedName(text);
        return Name.of(octets, octets.length);
    }
}
