package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.testkit.client.EventClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events of the real server on a real engine. */
class EventsIT {

    private static final String SLEEPER = """
            {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 600, "resourceLimits": {},
             "entrypoint": ["sleep", "1000"]}""";

    @RegisterExtension
    final ServerOnEngine on = ServerOnEngine.named("events").started();

    private final ServerProcess server = on.server;

    private EventClient watch(String lastEventId) {
        return EventClient.connect(
                URI.create("http://" + server.address() + "/v1/events"), ServerProcess.API_KEY, lastEventId);
    }

    /** Reads until the stream breaks off or has told the end of all of these sandboxes. */
    private static String follow(
            EventClient client, String last, int ended, List<String> ids, List<String> terminated) {
        String position = last;
        while (terminated.size() < ended) {
            EventClient.Event event = client.next();
            if (event.name().equals("end")) {
                return position;
            }
            assertThat(event.name()).isEqualTo("sandbox");
            position = event.id();
            ids.add(event.id());
            if (event.data().contains("\"state\":\"Terminated\"")) {
                terminated.add(event.id());
            }
        }
        return position;
    }

    @Test
    void aWatcherThatConnectsAgainAfterTheServerWasKilledMissesNothingAndGetsNothingTwice() throws IOException {
        int sandboxes = 6;
        List<String> seen = new ArrayList<>();
        List<String> terminated = new ArrayList<>();
        List<String> created = new ArrayList<>();
        String position = "0";
        for (int i = 0; i < sandboxes; i++) {
            try (EventClient client = watch(position)) {
                created.add(
                        server.create(SLEEPER, "X-Request-ID", "create-" + i).id());
                if (i % 2 == 1) {
                    assertThat(server.delete(created.get(i - 1)).status()).isEqualTo(204);
                    position = follow(client, position, i / 2 + 1, seen, terminated);
                }
                server.kill();
            }
            server.start();
        }
        for (int i = 1; i < sandboxes; i += 2) {
            assertThat(server.delete(created.get(i)).status()).isEqualTo(204);
        }
        try (EventClient client = watch(position)) {
            follow(client, position, sandboxes, seen, terminated);
        }

        assertThat(seen)
                .as("consecutive: none is missing, none comes twice")
                .isEqualTo(IntStream.rangeClosed(1, seen.size())
                        .mapToObj(Integer::toString)
                        .toList());
        Map<String, String> audit = new LinkedHashMap<>();
        for (String id : created) {
            JsonNode items = server.send("GET", "/v1/sandboxes/" + id + "/audit", null, Map.of())
                    .body()
                    .path("items");
            items.forEach(item -> audit.put(item.path("sequence").asText(), id));
        }
        assertThat(audit.keySet()).as("and all that is recorded was told").containsExactlyInAnyOrderElementsOf(seen);
    }

    @Test
    void aWatcherIsToldThatTheServerStopsAndGoesOnWithTheNextOne() throws IOException {
        try (EventClient client = watch("0")) {
            server.create(SLEEPER, "Prefer", "wait=30");
            String last = client.next().id();

            assertThat(server.stop()).isIn(0, 143);

            EventClient.Event event = client.next();
            while (event.name().equals("sandbox")) {
                last = event.id();
                event = client.next();
            }
            assertThat(event.name()).isEqualTo("closing");
            assertThat(event.id()).isEqualTo(last);
            server.start();
            try (EventClient again = watch(last)) {
                String id = server.create(SLEEPER).id();
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> again.next().data().contains(id));
            }
        }
    }
}
