package dev.sandkeep.egress.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Writes messages as clients and resolvers do, octet by octet, and also as none of them would. */
final class Messages {

    static final int A = 1;
    static final int TXT = 16;
    static final int AAAA = 28;
    static final int HTTPS = 65;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A recursive query without EDNS. */
    static byte[] query(int id, String name, int type) {
        return header(id, 0x0100, 1, 0, 0, 0).question(name, type).done();
    }

    /** A recursive query of a client that takes datagrams of this size. */
    static byte[] queryWithEdns(int id, String name, int type, int payloadSize) {
        return header(id, 0x0120, 1, 0, 0, 1)
                .question(name, type)
                .opt(payloadSize)
                .done();
    }

    /** The answer to a query, with so many records, which are still to be added. */
    static Messages answerTo(byte[] query, int answers) {
        return answerTo(query, 0x8180, answers);
    }

    static Messages answerTo(byte[] query, int flags, int answers) {
        int questionEnd = 12;
        while (query[questionEnd] != 0) {
            questionEnd += query[questionEnd] + 1;
        }
        Messages answer = header((query[0] & 0xFF) << 8 | (query[1] & 0xFF), flags, 1, answers, 0, 0);
        answer.out.write(query, 12, questionEnd + 5 - 12);
        return answer;
    }

    static Messages header(int id, int flags, int questions, int answers, int authorities, int additionals) {
        return new Messages()
                .u16(id)
                .u16(flags)
                .u16(questions)
                .u16(answers)
                .u16(authorities)
                .u16(additionals);
    }

    Messages question(String name, int type) {
        return name(name).u16(type).u16(1);
    }

    Messages opt(int payloadSize) {
        return u8(0).u16(41).u16(payloadSize).u16(0).u16(0).u16(0);
    }

    /** An address of the name in the question. */
    Messages address(String address, int ttl) {
        byte[] octets = InetAddress.ofLiteral(address).getAddress();
        return u16(0xC00C)
                .u16(octets.length == 4 ? A : AAAA)
                .u16(1)
                .u16(ttl >>> 16)
                .u16(ttl)
                .u16(octets.length)
                .bytes(octets);
    }

    Messages resourceRecord(String owner, int type, byte[] data) {
        return name(owner).u16(type).u16(1).u16(0).u16(60).u16(data.length).bytes(data);
    }

    /** Labels between dots; {@code \\xx} is an octet in hexadecimal. */
    Messages name(String text) {
        for (String label : text.isEmpty() ? new String[0] : text.split("\\.", -1)) {
            byte[] octets = octets(label);
            u8(octets.length).bytes(octets);
        }
        return u8(0);
    }

    static byte[] encodedName(String text) {
        return new Messages().name(text).done();
    }

    Messages u8(int value) {
        out.write(value);
        return this;
    }

    Messages u16(int value) {
        return u8(value >> 8).u8(value);
    }

    Messages bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] done() {
        return out.toByteArray();
    }

    private static byte[] octets(String label) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < label.length(); i++) {
            if (label.charAt(i) == '\\') {
                octets.write(HexFormat.fromHexDigits(label, i + 1, i + 3));
                i += 2;
            } else {
                octets.writeBytes(label.substring(i, i + 1).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return octets.toByteArray();
    }
}
