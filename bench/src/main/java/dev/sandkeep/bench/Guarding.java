package dev.sandkeep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a guarded network costs: creating with sidecars that are ready, and with none; and what a sidecar does in which
 * time, and with how much memory.
 */
final class Guarding {

    /** Names the image of the sidecar that the script made. */
    private static final Path IMAGE = Path.of("egress/target/image");

    private static final String WITH_POLICY = Creating.SANDBOX.substring(0, Creating.SANDBOX.lastIndexOf('}')) + """
            , "networkPolicy": {"defaultAction": "deny", "egress": [{"action": "allow", "target": "pypi.org"}]}}""";
    private static final String RESOLVER = "198.18.0.53";
    private static final int POLICY_PORT = 12;
    private static final int STARTS = 15;
    private static final int RULES = 4096;
    private static final int READY = 8;
    private static final int GUARDED = 10;
    private static final int SETTLED_SECONDS = 15;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> command;
    private final Path data;
    private final Path socket;

    Guarding(List<String> command, Path data, Path socket) {
        this.command = command;
        this.data = data;
        this.socket = socket;
    }

    void creating(Consumer<String> rows) throws Exception {
        try (Server server = start(READY)) {
            new Creating(server, socket, "no policy, sidecar ready", Creating.SANDBOX, this::awaitReady)
                    .compare(1, 8, 5)
                    .forEach(rows);
            new Creating(server, socket, "policy, sidecar ready", WITH_POLICY, this::awaitReady)
                    .compare(1, 8, 5)
                    .forEach(rows);
            manyRules(server).forEach(rows);
        }
        try (Server server = start(0)) {
            new Creating(server, socket, "no policy, no sidecar ready", Creating.SANDBOX, () -> {})
                    .compare(1, 6, 5)
                    .forEach(rows);
            new Creating(server, socket, "policy, no sidecar ready", WITH_POLICY, () -> {})
                    .compare(1, 6, 5)
                    .forEach(rows);
        }
    }

    List<String> guards() throws Exception {
        List<String> rows = new ArrayList<>();
        try (Server server = start(0)) {
            rows.add(becomingReady(server));
            List<String> made = new ArrayList<>();
            for (int i = 0; i < GUARDED; i++) {
                made.add(server.create(WITH_POLICY, true));
            }
            rows.add(memory(made));
            try (Resolving resolving = new Resolving(RESOLVER, socket)) {
                rows.addAll(resolving.rows(process(socket, sidecar(made.getFirst()))));
            }
            for (String id : made) {
                server.delete(id);
            }
        }
        return rows;
    }

    private List<String> manyRules(Server server) throws Exception {
        Samples creating = new Samples();
        Samples patching = new Samples();
        for (int i = 0; i < 10; i++) {
            awaitReady();
            List<String> made = new ArrayList<>();
            creating.time(() -> made.add(server.create(manyRules(), true)));
            for (String id : made) {
                patching.time(() -> server.patchPolicy(id, "[{\"action\":\"deny\",\"target\":\"198.18.0.11\"}]"));
                server.delete(id);
            }
        }
        return List.of(
                creating.row("policy of 4,096 rules, sidecar ready, request to Running"),
                patching.row("policy of 4,096 rules, one rule patched"));
    }

    private static String manyRules() {
        String rules = IntStream.range(0, RULES - 1)
                .mapToObj(i -> switch (i % 4) {
                    case 0 -> "host-" + i + ".example.net";
                    case 1 -> "*.zone-" + i + ".example.net";
                    case 2 -> "198.19." + i / 256 + "." + i % 256;
                    default -> "2001:2:1:" + Integer.toHexString(i) + "::/64";
                })
                .map(target -> "{\"action\": \"allow\", \"target\": \"" + target + "\"}")
                .collect(Collectors.joining(","));
        return Creating.SANDBOX.substring(0, Creating.SANDBOX.lastIndexOf('}'))
                + ", \"networkPolicy\": {\"defaultAction\": \"deny\", \"egress\": [" + rules + "]}}";
    }

    /** Sidecars that are made as the server makes them, but by nobody's order, so that nobody minds their end. */
    private String becomingReady(Server server) throws Exception {
        Samples samples = new Samples();
        String id = server.create(WITH_POLICY, true);
        try (RawEngine engine = new RawEngine(socket)) {
            String like = like(JSON.readTree(engine.send("GET", "/containers/" + sidecar(id) + "/json", "")));
            for (int i = 0; i < STARTS; i++) {
                String made = JSON.readTree(engine.send("POST", "/containers/create", like))
                        .path("Id")
                        .asText();
                engine.send("POST", "/containers/" + made + "/start", "");
                samples.time(() -> awaitHealth(address(engine, made)));
                engine.send("DELETE", "/containers/" + made + "?force=true", "");
            }
        }
        server.delete(id);
        return samples.row("policy API ready after the start of its container, ms");
    }

    private static String like(JsonNode sidecar) {
        ObjectNode container = JSON.createObjectNode();
        container.set("Image", sidecar.path("Image"));
        container.set("Env", sidecar.path("Config").path("Env"));
        container.set("HostConfig", sidecar.path("HostConfig"));
        container.putObject("Labels").put("sandkeep.bench", "raw");
        return container.toString();
    }

    private static String address(RawEngine engine, String container) throws IOException {
        return JSON.readTree(engine.send("GET", "/containers/" + container + "/json", ""))
                .path("NetworkSettings")
                .path("Networks")
                .path("sandkeep-" + Server.INSTANCE)
                .path("IPAddress")
                .asText();
    }

    private static void awaitHealth(String address) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket(address, POLICY_PORT)) {
                socket.getOutputStream()
                        .write("GET /healthz HTTP/1.1\r\nHost: guard\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                if (new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).endsWith("200")) {
                    return;
                }
            } catch (ConnectException notYet) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        throw new IOException("It does not become ready");
    }

    private static String sidecar(String id) {
        return "sandkeep-" + id + "-egress";
    }

    private Server start(int ready) throws IOException, InterruptedException {
        String spare = Integer.toString(ready);
        return Server.start(
                command,
                data,
                Map.of(
                        "SANDKEEP_EGRESS_IMAGE",
                        Files.readString(IMAGE).strip(),
                        "SANDKEEP_EGRESS_RESOLVERS",
                        "198.18.0.53",
                        "SANDKEEP_EGRESS_SPARE_OPEN",
                        spare,
                        "SANDKEEP_EGRESS_SPARE_GUARDING",
                        spare));
    }

    private void awaitReady() throws Exception {
        for (int tries = 0; tries < 600 && ready() < 2 * READY; tries++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        // The last ones are listed before their workers are ready.
        TimeUnit.SECONDS.sleep(2);
    }

    private long ready() throws IOException {
        return containers()
                .filter(name -> name.startsWith("/sandkeep-" + Server.INSTANCE + "-egress-"))
                .count();
    }

    private Stream<String> containers() throws IOException {
        try (RawEngine engine = new RawEngine(socket)) {
            List<String> names = new ArrayList<>();
            for (JsonNode container : JSON.readTree(engine.send("GET", "/containers/json", ""))) {
                names.add(container.path("Names").path(0).asText());
            }
            return names.stream();
        }
    }

    /** The proportional set size of a sidecar's processes: what it shares with the others counts by its share. */
    private String memory(List<String> made) throws Exception {
        // What starting needed for a moment is given back by then; sandboxes live longer.
        TimeUnit.SECONDS.sleep(SETTLED_SECONDS);
        List<Double> mebibytes = new ArrayList<>();
        for (String id : made) {
            mebibytes.add(proportional(process(socket, sidecar(id))));
        }
        mebibytes.sort(null);
        return String.format(
                "| memory of a guarding sidecar, of %d, MiB PSS | %d | %.1f | %.1f | | |",
                GUARDED, mebibytes.size(), mebibytes.get(GUARDED / 2), mebibytes.getLast());
    }

    /** The first process of a container, as the host sees it. */
    static ProcessHandle process(Path socket, String container) throws IOException {
        try (RawEngine engine = new RawEngine(socket)) {
            JsonNode found = JSON.readTree(engine.send("GET", "/containers/" + container + "/json", ""));
            return ProcessHandle.of(found.path("State").path("Pid").asLong()).orElseThrow();
        }
    }

    private static double proportional(ProcessHandle process) throws IOException {
        double sum = pss(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            sum += pss(child.pid());
        }
        return sum;
    }

    private static double pss(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup")).stream()
                .filter(line -> line.startsWith("Pss:"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
                .sum();
    }
}
