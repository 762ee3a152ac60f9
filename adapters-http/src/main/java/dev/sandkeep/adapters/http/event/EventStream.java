package dev.sandkeep.adapters.http.event;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events on one answer. For one thread.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class EventStream {

    static final String CONTENT_TYPE = "text/event-stream";

    private final ServletOutputStream output;

    private EventStream(ServletOutputStream output) {
        this.output = output;
    }

    /** Sends the headers, so that the client knows at once that it is connected. */
    static EventStream begin(HttpServletResponse response) throws IOException {
        response.setContentType(CONTENT_TYPE);
        // A proxy in between must not collect events.
        response.setHeader("X-Accel-Buffering", "no");
        EventStream stream = new EventStream(response.getOutputStream());
        stream.write("retry: 1000\n\n");
        stream.flush();
        return stream;
    }

    /** @param json in one line, as JSON is written here */
    void event(String name, long id, byte[] json) throws IOException {
        write("id: " + id + "\nevent: " + name + "\ndata: ");
        output.write(json);
        write("\n\n");
    }

    /** Dispatches nothing, but takes the client's last id along past events that it did not want. */
    void heartbeat(long id) throws IOException {
        write(": heartbeat\nid: " + id + "\n\n");
    }

    void flush() throws IOException {
        output.flush();
    }

    private void write(String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
