package dev.sandkeep.egress.dns;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** Reads from a socket until a deadline, however slowly single octets come in. Not thread-safe. */
final class DeadlineInput extends InputStream {

    private final Socket socket;
    private final long deadline;

    DeadlineInput(Socket socket, long deadline) {
        this.socket = socket;
        this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        socket.setSoTimeout(TcpLane.remaining(deadline));
        return socket.getInputStream().read(bytes, offset, length);
    }
}
