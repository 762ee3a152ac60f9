package dev.sandkeep.egress.dns;

import java.util.List;

/** Messages as they are seen on networks, to begin mutating from. */
final class Corpus {

    private Corpus() {}

    static List<byte[]> queries() {
        return List.of(
                Messages.query(1, "example.com", Messages.A),
                Messages.query(2, "wWw.eXample.cOm", Messages.AAAA),
                Messages.queryWithEdns(3, "api.github.com", Messages.HTTPS, 1232),
                Messages.queryWithEdns(4, "_443._tcp.registry.npmjs.org", 33, 4096),
                Messages.query(5, "7.0.18.198.in-addr.arpa", 12),
                Messages.query(6, "", 2),
                Messages.query(7, "xn--bcher-kva.example", Messages.A),
                Messages.query(8, "a\\00b.example", Messages.A),
                Messages.query(9, "a\\2eb.example.\\0a", Messages.A),
                Messages.query(10, ("x".repeat(63) + ".").repeat(3) + "y".repeat(61), Messages.A),
                Messages.header(11, 0x2800, 1, 0, 1, 1)
                        .question("example.com", 6)
                        .opt(512)
                        .done());
    }

    static List<byte[]> answers() {
        byte[] query = Messages.query(1, "www.example.com", Messages.A);
        return List.of(
                Messages.answerTo(query, 1).address("198.18.0.7", 300).done(),
                Messages.answerTo(query, 2)
                        .address("2001:db8::7", 300)
                        .address("198.18.0.8", 0)
                        .done(),
                chain(query),
                serviceBinding(query),
                Messages.answerTo(query, 0x8183, 0).done(),
                Messages.answerTo(query, 0x8380, 0).done(),
                Messages.header(1, 0x8180, 1, 1, 0, 1)
                        .question("www.example.com", Messages.A)
                        .address("198.18.0.7", 5)
                        .opt(1232)
                        .done(),
                Messages.answerTo(query, 1)
                        .resourceRecord("www.example.com", Messages.TXT, new byte[] {3, 'a', '.', 'b'})
                        .done());
    }

    /** An alias of an alias, compressed against one another. */
    static byte[] chain(byte[] query) {
        byte[] first = new Messages()
                .u8(3)
                .bytes(new byte[] {'c', 'd', 'n'})
                .u16(0xC010)
                .done();
        byte[] second = new Messages().u8(1).bytes(new byte[] {'e'}).u16(0xC02D).done();
        return Messages.answerTo(query, 3)
                .u16(0xC00C)
                .u16(5)
                .u16(1)
                .u16(0)
                .u16(30)
                .u16(first.length)
                .bytes(first)
                .u16(0xC02D)
                .u16(5)
                .u16(1)
                .u16(0)
                .u16(20)
                .u16(second.length)
                .bytes(second)
                .u16(0xC03F)
                .u16(1)
                .u16(1)
                .u16(0)
                .u16(10)
                .u16(4)
                .bytes(new byte[] {(byte) 198, 18, 0, 9})
                .done();
    }

    static byte[] serviceBinding(byte[] query) {
        byte[] data = new Messages()
                .u16(1)
                .name("svc.example.net")
                .u16(1)
                .u16(3)
                .bytes(new byte[] {2, 'h', '2'})
                .u16(4)
                .u16(8)
                .bytes(new byte[] {(byte) 198, 18, 0, 10, (byte) 198, 18, 0, 11})
                .u16(6)
                .u16(16)
                .bytes(new byte[] {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
                .done();
        return Messages.answerTo(query, 1)
                .resourceRecord("www.example.com", Messages.HTTPS, data)
                .done();
    }
}
