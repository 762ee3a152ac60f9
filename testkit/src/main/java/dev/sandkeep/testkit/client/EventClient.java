package dev.sandkeep.testkit.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events in the background. Thread-safe. */
public final class EventClient implements AutoCloseable {

    private static final Duration GENEROUS = Duration.ofMinutes(2);

    private final HttpClient http;
    private final HttpResponse<InputStream> response;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /**
     * One event.
     *
     * @param name {@code end} when the server ended the stream
     */
    public record Event(String id, String name, String data) {}

    private EventClient(HttpClient http, HttpResponse<InputStream> response) {
        this.http = http;
        this.response = response;
    }

    /**
     * Connects; returns when the server has answered.
     *
     * @param lastEventId where to resume, or null
     */
    public static EventClient connect(URI address, String apiKey, @Nullable String lastEventId) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(GENEROUS)
                .build();
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("OPEN-SANDBOX-API-KEY", apiKey)
                .header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            EventClient client = new EventClient(http, http.send(request.build(), BodyHandlers.ofInputStream()));
            Thread.startVirtualThread(client::read);
            return client;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", stopped);
        }
    }

    public int status() {
        return response.statusCode();
    }

    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** The next event, heartbeats left out. */
    public Event next() {
        Event event = nextOrHeartbeat();
        while (event.name().equals("heartbeat")) {
            event = nextOrHeartbeat();
        }
        return event;
    }

    /** The next event; a heartbeat is one of that name. */
    public Event nextOrHeartbeat() {
        try {
            Event event = events.poll(GENEROUS.toSeconds(), TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("No event within " + GENEROUS);
            }
            return event;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", stopped);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String id = "";
            String name = "";
            String data = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!name.isEmpty()) {
                        events.add(new Event(id, name, data));
                    }
                    name = "";
                    data = "";
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.equals(": heartbeat")) {
                    name = "heartbeat";
                }
            }
            events.add(new Event(id, "end", ""));
        } catch (IOException cut) {
            events.add(new Event("", "end", String.valueOf(cut.getMessage())));
        }
    }

    /** Leaves, as a client that is killed does. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
