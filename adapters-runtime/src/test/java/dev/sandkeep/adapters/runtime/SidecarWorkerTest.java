package dev.sandkeep.adapters.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sandkeep.domain.network.NetworkPolicy;
import dev.sandkeep.domain.sandbox.SandboxException.GuardUnavailable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
    private static final WorkerAddress SIDECAR = at("127.18.0.80");

    /** Not that of a worker, which only root may bind on most machines. */
    private static final int PORT = 18080;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final SidecarWorker worker = new SidecarWorker(Duration.ofSeconds(5));
    private HttpServer impostor;

    private static WorkerAddress at(String address) {
        return new WorkerAddress(address, PORT, KEY);
    }

    @BeforeEach
    void somebodyElseListens() throws IOException {
        impostor = HttpServer.create(new InetSocketAddress(SIDECAR.host(), PORT), 0);
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
                .isInstanceOf(GuardUnavailable.class);
        assertThatThrownBy(() -> worker.find(SIDECAR)).isInstanceOf(GuardUnavailable.class);
        assertThatThrownBy(() -> worker.decisions(SIDECAR, null, 10)).isInstanceOf(GuardUnavailable.class);
    }

    @Test
    void onlyARefusedConnectionMeansThatThereIsNoWorker() {
        impostor.stop(0);

        assertThatThrownBy(() -> worker.find(SIDECAR)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> worker.decisions(SIDECAR, null, 10)).isInstanceOf(ConnectException.class);
    }

    @Test
    void aWorkerThatCannotBeReachedIsNotOneThatIsNotThere() {
        WorkerAddress unreachable = at("255.255.255.255");

        assertThatThrownBy(() -> worker.find(unreachable)).isInstanceOf(GuardUnavailable.class);
    }

    @Test
    void aWorkerThatIsSlowIsNotOneThatIsNotThere() throws IOException {
        impostor.stop(0);
        try (ServerSocket silent = new ServerSocket()) {
            silent.bind(new InetSocketAddress(SIDECAR.host(), PORT));
            SidecarWorker impatient = new SidecarWorker(Duration.ofMillis(200));

            assertThatThrownBy(() -> impatient.find(SIDECAR)).isInstanceOf(GuardUnavailable.class);
        }
    }

    @Test
    void theKeyDoesNotTravel() {
        assertThatThrownBy(() -> worker.put(SIDECAR, NetworkPolicy.allowAll(), 3))
                .isInstanceOf(GuardUnavailable.class);

        assertThat(heard).hasSize(1).noneMatch(headers -> headers.contains(KEY));
    }
}
