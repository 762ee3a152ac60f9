package dev.sandkeep.adapters.http.proxy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/** A WebSocket service (RFC 6455) that says what it is told, one frame after the other. */
final class WebSocketEcho implements RawBackend.Conversation {

    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    /** To a text that begins so, it answers with a close frame of code 4001 instead. */
    static final String BYE = "bye ";

    @Override
    public void hold(Socket socket) throws IOException {
        accept(socket, "Sec-WebSocket-Protocol: b\r\n");
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int first = in.readUnsignedByte();
            byte[] payload = readPayload(in);
            int opcode = first & 0x0f;
            String text = new String(payload, StandardCharsets.UTF_8);
            if (opcode == CLOSE || (opcode == 1 && text.startsWith(BYE))) {
                write(socket.getOutputStream(), 0x80 | CLOSE, opcode == CLOSE ? payload : close(4001, text));
                return;
            }
            write(socket.getOutputStream(), opcode == PING ? 0x80 | PONG : first, payload);
        }
    }

    /** Reads the request of the client and switches to the protocol. Returns the head of the request. */
    static String accept(Socket socket, String headers) throws IOException {
        String head = RawBackend.readHead(socket.getInputStream());
        String key = head.split("(?i)sec-websocket-key: ", 2)[1].split("\r\n", 2)[0];
        socket.getOutputStream()
                .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: " + accept(key) + "\r\n" + headers + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return head;
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                    .getBytes(StandardCharsets.ISO_8859_1)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length)
                .putShort((short) code)
                .put(text)
                .array();
    }

    private static byte[] readPayload(DataInputStream in) throws IOException {
        int second = in.readUnsignedByte();
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] mask = in.readNBytes((second & 0x80) == 0 ? 0 : 4);
        byte[] payload = in.readNBytes((int) length);
        for (int i = 0; i < payload.length && mask.length > 0; i++) {
            payload[i] ^= mask[i % 4];
        }
        return payload;
    }

    private static void write(OutputStream out, int first, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(10 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload);
        out.write(frame.array(), 0, frame.position());
    }
}
