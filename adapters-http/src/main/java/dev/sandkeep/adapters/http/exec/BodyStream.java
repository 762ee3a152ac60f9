package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.exec.CommandEvents.ClientGone;
import dev.sandkeep.domain.exec.ExecException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of an answer whose length was told before, on its way from a sandbox. For one thread. */
final class BodyStream {

    private static final Logger log = LoggerFactory.getLogger(BodyStream.class);

    private final HttpServletResponse response;

    BodyStream(HttpServletResponse response) {
        this.response = response;
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
        } catch (ExecException failed) {
            if (!response.isCommitted()) {
                response.reset();
                throw failed;
            }
            log.warn("A body could not be sent to its end: {}", failed.getMessage());
            end();
        }
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
