package dev.sandkeep.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandkeep.egress.filter.TestNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker as a process of its own in the namespace of a sandbox. */
class WorkerIT {

    private static final String KEY = "00112233445566778899aabbccddeeff";
    private static final String WEB = " " + TestNetwork.PORT;

    @TempDir
    Path directory;

    private TestNetwork network;
    private Process worker;

    @BeforeEach
    void start() throws IOException {
        network = new TestNetwork();
        assertThat(network.onHost("serve-dns 10.99.0.1 53")).startsWith("ok");
        worker = work(Map.of());
    }

    @AfterEach
    void stop() throws IOException {
        worker.destroyForcibly().onExit().join();
        network.close();
    }

    private Process work(Map<String, String> more) throws IOException {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("SANDKEEP_EGRESS_KEY", KEY);
        environment.put("SANDKEEP_EGRESS_RESOLVERS", "10.99.0.1");
        environment.put("SANDKEEP_EGRESS_GATEWAYS", "10.99.0.1,fd99::1");
        environment.put("SANDKEEP_EGRESS_STATE_DIR", directory.toString());
        Process process = network.startInSandbox(Main.class, environment);
        assertThat(process.inputReader().readLine()).isEqualTo("worker ready");
        return process;
    }

    @Test
    void nothingIsClosedBeforeTheFirstPolicy() {
        assertThat(host("GET /healthz x {}")).startsWith("200 ok");
        assertThat(host("GET /policy " + KEY + " {}")).contains("allow_all");
        assertThat(network.inSandbox("tcp 198.18.0.1" + WEB)).startsWith("open");
        assertThat(network.inSandbox("tcp 10.99.0.1" + WEB)).startsWith("open");
    }

    @Test
    void allowedNamesLeadToTheirAddressesAndToNothingElse() {
        assertThat(put("{\"egress\":[{\"action\":\"allow\",\"target\":\"a-198-18-0-1.test\"},"
                        + "{\"action\":\"allow\",\"target\":\"a-169-254-169-254.test\"}]}"))
                .startsWith("200");
        assertThat(network.inSandbox("tcp 198.18.0.1" + WEB)).startsWith("failed");

        assertThat(lookUp("198.18.0.9", "a-198-18-0-1.test")).startsWith("rcode 0");
        assertThat(lookUp("127.0.0.11", "a-198-18-0-2.test")).startsWith("rcode 3");
        assertThat(lookUp("2001:2::9", "a-169-254-169-254.test")).doesNotStartWith("rcode 0");

        assertThat(network.inSandbox("tcp 198.18.0.1" + WEB)).startsWith("open");
        assertThat(network.inSandbox("udp 198.18.0.1" + WEB)).startsWith("open");
        assertThat(network.inSandbox("tcp 198.18.0.2" + WEB)).startsWith("failed");
        assertThat(network.inSandbox("tcp 169.254.169.254" + WEB)).startsWith("failed");
        assertThat(host("GET /decisions?verdict=deny " + KEY + " {}"))
                .contains("\"target\":\"a-198-18-0-2.test\"")
                .contains("\"target\":\"198.18.0.2\"")
                .contains("always denied: link-local address");
    }

    @Test
    void theRulesOutliveTheWorkerAndANewOneContinues() throws IOException {
        put("{\"egress\":[{\"action\":\"allow\",\"target\":\"198.18.0.1\"},"
                + "{\"action\":\"allow\",\"target\":\"a-198-18-0-2.test\"}]}");
        lookUp("198.18.0.9", "a-198-18-0-2.test");
        assertThat(network.inSandbox("hold 198.18.0.2" + WEB)).startsWith("open");

        worker.destroyForcibly().onExit().join();

        assertThat(network.inSandbox("tcp 198.18.0.1" + WEB)).startsWith("open");
        assertThat(network.inSandbox("tcp 198.18.0.3" + WEB)).startsWith("failed");
        assertThat(lookUp("198.18.0.9", "a-198-18-0-2.test")).startsWith("failed");
        worker = work(Map.of("SANDKEEP_EGRESS_POLICY", "{}"));
        assertThat(host("GET /policy " + KEY + " {}")).contains("enforcing");
        assertThat(lookUp("198.18.0.9", "a-198-18-0-2.test")).startsWith("rcode 0");
        assertThat(network.inSandbox("talk 198.18.0.2" + WEB)).startsWith("open");
        assertThat(network.inSandbox("tcp 198.18.0.3" + WEB)).startsWith("failed");
    }

    private String put(String json) {
        return host("PUT /policy " + KEY + " " + json);
    }

    private String host(String call) {
        return network.onHost("http 10.99.0.2 12 " + call);
    }

    private String lookUp(String resolver, String name) {
        return network.inSandbox("lookup " + resolver + " 53 " + name);
    }
}
