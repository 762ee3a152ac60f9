package dev.sandkeep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a guarded network costs: creating with sidecars that are ready, and with none, and the memory of one. */
final class Guarding {

    private static final String IMAGE = "sandkeep/egress:0.1.0";
    private static final String WITH_POLICY = Creating.SANDBOX.substring(0, Creating.SANDBOX.lastIndexOf('}')) + """
            , "networkPolicy": {"defaultAction": "deny", "egress": [{"action": "allow", "target": "pypi.org"}]}}""";
    private static final int READY = 8;
    private static final int GUARDED = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> command;
    private final Path data;
    private final Path socket;

    Guarding(List<String> command, Path data, Path socket) {
        this.command = command;
        this.data = data;
        this.socket = socket;
    }

    List<String> rows() throws Exception {
        List<String> rows = new ArrayList<>();
        try (Server server = start(READY)) {
            rows.addAll(new Creating(server, socket, "no policy, sidecar ready", Creating.SANDBOX, this::awaitReady)
                    .compare(1, 8, 5));
            rows.addAll(new Creating(server, socket, "policy, sidecar ready", WITH_POLICY, this::awaitReady)
                    .compare(1, 8, 5));
        }
        try (Server server = start(0)) {
            rows.addAll(new Creating(server, socket, "no policy, no sidecar ready", Creating.SANDBOX, () -> {})
                    .compare(1, 6, 5));
            rows.addAll(
                    new Creating(server, socket, "policy, no sidecar ready", WITH_POLICY, () -> {}).compare(1, 6, 5));
            rows.add(memory(server));
        }
        return rows;
    }

    private Server start(int ready) throws IOException, InterruptedException {
        String spare = Integer.toString(ready);
        return Server.start(
                command,
                data,
                Map.of(
                        "SANDKEEP_EGRESS_IMAGE", IMAGE,
                        "SANDKEEP_EGRESS_RESOLVERS", "198.18.0.53",
                        "SANDKEEP_EGRESS_SPARE_OPEN", spare,
                        "SANDKEEP_EGRESS_SPARE_GUARDING", spare));
    }

    private void awaitReady() throws Exception {
        for (int tries = 0; tries < 600 && ready() < 2 * READY; tries++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        // The last one is listed before its worker listens.
        TimeUnit.MILLISECONDS.sleep(500);
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
    private String memory(Server server) throws Exception {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < GUARDED; i++) {
            made.add(server.create(WITH_POLICY, true));
        }
        List<Double> mebibytes = new ArrayList<>();
        try (RawEngine engine = new RawEngine(socket)) {
            for (String id : made) {
                JsonNode sidecar = JSON.readTree(engine.send("GET", "/containers/sandkeep-" + id + "-egress/json", ""));
                mebibytes.add(proportional(
                        ProcessHandle.of(sidecar.path("State").path("Pid").asLong())
                                .orElseThrow()));
            }
        }
        for (String id : made) {
            server.delete(id);
        }
        mebibytes.sort(null);
        return String.format(
                "| memory of a guarding sidecar, of %d (MiB PSS, median and largest) | %d | %.1f | %.1f | | |",
                GUARDED, mebibytes.size(), mebibytes.get(GUARDED / 2), mebibytes.getLast());
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
