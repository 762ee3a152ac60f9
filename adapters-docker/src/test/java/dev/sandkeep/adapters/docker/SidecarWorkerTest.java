package dev.sandkeep.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sandkeep.domain.network.NetworkPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a process of the sandbox gets that listens at the port of a worker which is down. */
class SidecarWorkerTest {

    private static final String KEY = "5ec2e7".repeat(10);
    private static final Sidecar SIDECAR = new Sidecar("0123", true, "127.18.0.80", KEY);

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final SidecarWorker worker = new SidecarWorker(Duration.ofSeconds(5));
    private HttpServer impostor;

    @BeforeEach
    void somebodyElseListens() throws IOException {
        impostor = HttpServer.create(new InetSocketAddress(SIDECAR.address(), 18080), 0);
        impostor.createContext("/", exchange -> {
            heard.add(exchange.getRequestHeaders().values().toString());
            byte[] body = "{\"status\":\"ok\",\"policy\":{\"defaultAction\":\"allow\",\"egress\":[]}}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Sandkeep-Revision", "7");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        impostor.start();
    }

    @AfterEach
    void stop() {
        impostor.stop(0);
    }

    @Test
    void anImpostorIsNotBelieved() {
        assertThatThrownBy(() -> worker.put(SIDECAR, NetworkPolicy.allowAll(), 3))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> worker.find(SIDECAR)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> worker.decisions(SIDECAR, null, 10)).isInstanceOf(IOException.class);
    }

    @Test
    void theKeyDoesNotTravel() {
        assertThatThrownBy(() -> worker.put(SIDECAR, NetworkPolicy.allowAll(), 3))
                .isInstanceOf(IOException.class);

        assertThat(heard).hasSize(1).noneMatch(headers -> headers.contains(KEY));
    }
}
