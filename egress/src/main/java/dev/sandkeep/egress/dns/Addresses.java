package dev.sandkeep.egress.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Collects the addresses in the answer section of one message. Not thread-safe. */
final class Addresses {

    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;
    private static final int IPV4_HINT = 4;
    private static final int IPV6_HINT = 6;

    private final List<Answer> found = new ArrayList<>();

    List<Answer> list() {
        return List.copyOf(found);
    }

    /** Takes what a record holds, and checks it to its last octet if its type is one that can lead to addresses. */
    void add(ResourceRecord answer) throws RefusedMessage {
        if (answer.recordClass() != RecordType.CLASS_IN) {
            throw RefusedMessage.malformed("an answer is of another class than its question");
        }
        WireReader data = answer.data();
        switch (answer.type()) {
            case RecordType.A -> address(answer, IPV4_LENGTH);
            case RecordType.AAAA -> address(answer, IPV6_LENGTH);
            case RecordType.CNAME -> data.name();
            case RecordType.SVCB, RecordType.HTTPS -> binding(answer);
            default -> {
                return;
            }
        }
        if (!data.atEnd()) {
            throw RefusedMessage.malformed("a record is longer than its data");
        }
    }

    /** Priority, target, and parameters in strictly ascending order of their keys (RFC 9460, section 2.2). */
    private void binding(ResourceRecord answer) throws RefusedMessage {
        WireReader data = answer.data();
        data.skip(2);
        int before = data.position();
        if (data.name().length() != data.position() - before) {
            throw RefusedMessage.malformed("the target of a service binding is compressed");
        }
        int lastKey = -1;
        while (!data.atEnd()) {
            int key = data.u16();
            if (key <= lastKey) {
                throw RefusedMessage.malformed("the parameters of a service binding are out of order");
            }
            lastKey = key;
            int length = data.u16();
            switch (key) {
                case IPV4_HINT -> hints(answer, length, IPV4_LENGTH);
                case IPV6_HINT -> hints(answer, length, IPV6_LENGTH);
                default -> data.skip(length);
            }
        }
    }

    private void hints(ResourceRecord answer, int length, int each) throws RefusedMessage {
        if (length == 0 || length % each != 0) {
            throw RefusedMessage.malformed("an address hint is not a list of addresses");
        }
        for (int i = 0; i < length; i += each) {
            address(answer, each);
        }
    }

    private void address(ResourceRecord answer, int length) throws RefusedMessage {
        byte[] octets = answer.data().bytes(length);
        try {
            // An IPv4-mapped IPv6 address becomes an IPv4 address here, as it does in the client's kernel.
            found.add(new Answer(InetAddress.getByAddress(octets), Duration.ofSeconds(answer.seconds())));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("An address of a legal length was refused", impossible);
        }
    }
}
