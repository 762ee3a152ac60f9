package dev.sandkeep.egress.policy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Does once, without effect, what the first policy takes: what Java does when something is used for the first time
 * (initializing classes, reading locale data, looking for security providers) takes several times longer than the policy
 * itself, and a worker that waits for its sandbox has the time.
 */
public final class Rehearsal {

    private static final int PATIENCE_MILLIS = 10_000;

    /** Never newer than what is in force, so that it is refused before it changes anything. */
    private static final String REVISION = "0";

    private static final String POLICY =
            "{\"defaultAction\":\"deny\",\"egress\":[{\"action\":\"allow\",\"target\":\"*.example.com\"}]}";

    private Rehearsal() {}

    /**
     * Begins, and does not wait. A failure is logged, and does no harm.
     *
     * @param api the port of the policy API, which is called as the server calls it
     */
    public static Thread begin(int api, ApiKey key, PolicyInForce policy, PrintStream log) {
        return Thread.ofPlatform().name("rehearsal").daemon().start(() -> {
            try {
                call(api, key);
                policy.check();
            } catch (IOException failed) {
                log.println("the rehearsal failed: " + failed.getMessage());
            }
        });
    }

    private static void call(int api, ApiKey key) throws IOException {
        byte[] body = POLICY.getBytes(StandardCharsets.US_ASCII);
        String head = "PUT /policy HTTP/1.1\r\nHost: worker\r\nConnection: close\r\nSandkeep-Revision: " + REVISION
                + "\r\nSandkeep-Signature: " + key.signature("PUT", "/policy", REVISION, body) + "\r\nContent-Length: "
                + body.length + "\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }
}
