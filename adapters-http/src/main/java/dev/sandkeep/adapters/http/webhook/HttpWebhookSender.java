package dev.sandkeep.adapters.http.webhook;

import dev.sandkeep.adapters.http.event.EventResponse;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.port.JournalEntry;
import dev.sandkeep.application.port.WebhookSender;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Posts events as Standard Webhooks. Follows no redirect and reads no body, so that a receiver can neither send it
 * elsewhere nor keep it busy. Thread-safe.
 */
public final class HttpWebhookSender implements WebhookSender, AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final WebhookSecret secret;
    private final Duration timeout;
    private final InstantSource clock;

    /** @param timeout how long a receiver may take to answer */
    public HttpWebhookSender(WebhookSecret secret, Duration timeout, InstantSource clock) {
        this.secret = secret;
        this.timeout = timeout;
        this.clock = clock;
    }

    /** What is posted. */
    private record Payload(String type, String timestamp, EventResponse data) {}

    @Override
    public Optional<String> send(URI endpoint, JournalEntry entry) {
        EventResponse event = EventResponse.from(entry);
        byte[] body = Json.write(new Payload("sandbox." + event.type(), event.time(), event));
        // The same for every attempt, and another one after the database was lost and counts anew.
        String id = "evt_" + entry.number() + "_" + ChronoUnit.MICROS.between(Instant.EPOCH, entry.time());
        long timestamp = clock.instant().getEpochSecond();
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("User-Agent", "Sandkeep")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(timestamp))
                .header("webhook-signature", secret.sign(id, timestamp, body))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        try {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            // Not read: it may be endless.
            response.body().close();
            int status = response.statusCode();
            return status >= 200 && status < 300 ? Optional.empty() : Optional.of("answered " + status);
        } catch (HttpTimeoutException late) {
            return Optional.of("did not answer within " + timeout.toSeconds() + " s");
        } catch (IOException failed) {
            return Optional.of("cannot be reached: " + failed);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Optional.of("was not asked: the server is stopping");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
