package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server whose sandboxes are guarded and see the {@link StandInInternet}, whatever it makes them on. */
interface GuardedPlace extends AutoCloseable {

    /** A running sandbox. */
    GuardedSandbox run(@Nullable String networkPolicy, List<String> entrypoint);

    /** A container that no server knows of and nobody guards, to see that what is tried does get through there. */
    Unguarded runUnguarded();

    @Override
    void close();

    /** A container like any other. */
    interface Unguarded extends AutoCloseable {

        String probe(String... arguments);

        @Override
        void close();
    }

    /** One sandbox of the server. */
    interface GuardedSandbox {

        String id();

        ServerProcess server();

        /** What became of what {@code probe.py} tried. */
        String probe(String... arguments);

        /** Starts one that goes on. */
        Probe begin(String... arguments);

        /** Where its neighbours would reach it. */
        String address();

        /** The worker of the sidecar, if it runs; as the host sees it. */
        List<ProcessHandle> worker();

        /** The host, as the sandbox sees it. */
        default String gateway() {
            return probe("gateway");
        }

        /** Calls the policy API as clients do, along the route that the server tells. */
        default Answer policy(String method, @Nullable String body) {
            JsonNode endpoint = server().send("GET", "/v1/sandboxes/" + id() + "/endpoints/18080", null, Map.of())
                    .body();
            String token =
                    endpoint.path("headers").path("OPENSANDBOX-EGRESS-AUTH").asText();
            String route = endpoint.path("endpoint").asText();
            return server().send(
                            method,
                            route.substring(route.indexOf('/')) + "/policy",
                            body,
                            Map.of("OPENSANDBOX-EGRESS-AUTH", token));
        }

        default void delete() {
            assertThat(server().delete(id()).status()).isEqualTo(204);
        }
    }
}
