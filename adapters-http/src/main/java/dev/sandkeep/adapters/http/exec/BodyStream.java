package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.exec.CommandEvents.ClientGone;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of an answer whose length was told before, on its way from a sandbox. For one thread. */
final class BodyStream {

    private static final Logger log = LoggerFactory.getLogger(BodyStream.class);

    private final HttpServletResponse response;
    private final Set<String> before;

    /** @param response without the headers that are about its body */
    BodyStream(HttpServletResponse response) {
        this.response = response;
        this.before = Set.copyOf(response.getHeaderNames());
    }

    /** Gives the client some of it; does not return before there is room for that. */
    void write(byte[] bytes, int offset, int length) {
        try {
            response.getOutputStream().write(bytes, offset, length);
        } catch (IOException gone) {
            throw new ClientGone(gone);
        }
    }

    /**
     * Does what writes the body. If that fails when some of it is sent, the connection ends before its time, which is how
     * a client sees that the body is not whole.
     */
    void fill(Runnable work) {
        try {
            work.run();
        } catch (ClientGone gone) {
            log.debug("A client went away while it was sent a body");
        } catch (RuntimeException failed) {
            if (!response.isCommitted()) {
                takeBack();
                throw failed;
            }
            log.warn("A body could not be sent to its end: {}", failed.getMessage());
            end();
        }
    }

    /** What every answer has stays, such as the id of the request. */
    private void takeBack() {
        response.resetBuffer();
        response.setContentLengthLong(-1);
        List.copyOf(response.getHeaderNames()).stream()
                .filter(name -> !before.contains(name))
                .forEach(name -> response.setHeader(name, null));
    }

    /** With less than the length that was told. */
    private void end() {
        try {
            response.getOutputStream().close();
        } catch (IOException broken) {
            log.debug("The connection ended before a body did: {}", broken.getMessage());
        }
    }
}
