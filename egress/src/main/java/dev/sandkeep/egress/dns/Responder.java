package dev.sandkeep.egress.dns;

import dev.sandkeep.domain.network.Action;
import dev.sandkeep.domain.network.DomainName;
import dev.sandkeep.domain.network.Verdict;
import java.io.IOException;
import java.util.Optional;

/** From a client's message to the message that answers it. Thread-safe. */
final class Responder {

    /** What a message over TCP can hold. */
    static final int MAX_MESSAGE = 65_535;

    private final Judge judge;
    private final Upstream upstream;

    Responder(Judge judge, Upstream upstream) {
        this.judge = judge;
        this.upstream = upstream;
    }

    /** The answer to a datagram, which is as long as the client takes it. */
    Optional<byte[]> answerDatagram(byte[] message) throws InterruptedException {
        return answer(message, false);
    }

    /** The answer to a message over TCP. */
    Optional<byte[]> answerStream(byte[] message) throws InterruptedException {
        return answer(message, true);
    }

    /** What is answered when there is no place for one more query. */
    static Optional<byte[]> overloaded(byte[] message) {
        try {
            return Optional.of(Responses.error(Query.read(message), Rcode.SERVFAIL, ExtendedError.overloaded()));
        } catch (RefusedMessage refused) {
            return Responses.refusal(message, refused.rcode());
        }
    }

    private Optional<byte[]> answer(byte[] message, boolean stream) throws InterruptedException {
        try {
            Query query = Query.read(message);
            return Optional.of(answer(query, stream ? MAX_MESSAGE : query.payloadLimit()));
        } catch (RefusedMessage refused) {
            return Responses.refusal(message, refused.rcode());
        }
    }

    private byte[] answer(Query query, int limit) throws InterruptedException {
        Optional<DomainName> name = query.name().toDomainName();
        if (name.isEmpty()) {
            return Responses.error(query, Rcode.NXDOMAIN, ExtendedError.notAHostName());
        }
        Verdict verdict = judge.judge(name.get());
        if (verdict.action() != Action.ALLOW) {
            return Responses.error(query, Rcode.NXDOMAIN, ExtendedError.blocked(verdict));
        }
        Reply reply;
        try {
            reply = upstream.resolve(query);
        } catch (IOException failed) {
            return Responses.error(query, Rcode.SERVFAIL, ExtendedError.upstreamFailed());
        }
        // Nothing is learned from a truncated answer: the client asks again over TCP.
        return reply.length() > limit ? Responses.truncated(query, reply.rcode()) : admitted(name.get(), query, reply);
    }

    private byte[] admitted(DomainName name, Query query, Reply reply) {
        try {
            if (!reply.addresses().isEmpty() && !judge.admit(name, reply.addresses())) {
                return Responses.error(query, Rcode.NXDOMAIN, ExtendedError.filtered());
            }
            return reply.forClient(query);
        } catch (IOException notTaken) {
            return Responses.error(query, Rcode.SERVFAIL, ExtendedError.notAdmitted());
        }
    }
}
