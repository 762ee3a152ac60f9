package dev.sandkeep.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A thousand clients that each want a sandbox at the same moment, from a server that takes on far fewer at a time. Each
 * tries again when it is told to. Their sandboxes end by themselves, since no small machine has room for a thousand.
 */
final class Storm {

    private static final int CLIENTS = 1000;
    private static final String SANDBOX = """
            {"image": {"uri": "sandkeep-test/busybox:1"}, "timeout": 3600, "resourceLimits": {"memory": "16Mi"},
             "entrypoint": ["true"]}""";
    private static final Duration PATIENCE = Duration.ofMinutes(12);

    private final List<String> command;
    private final Path socket;

    Storm(List<String> command, Path socket) {
        this.command = command;
        this.socket = socket;
    }

    List<String> rows(Path data) throws Exception {
        Map<String, String> settings = new HashMap<>(Server.UNGUARDED);
        settings.putAll(Map.of("SANDKEEP_PROVISIONING_QUEUE", "100", "SANDKEEP_HTTP_MAX_REQUESTS", "200"));
        try (Server server = Server.start(command, data, settings)) {
            AtomicInteger refusals = new AtomicInteger();
            Samples accepted = new Samples();
            long start = System.nanoTime();
            List<String> ids = createAll(server, accepted, refusals);
            double accepting = seconds(start);
            awaitNoneLeft(server, start);
            double ending = seconds(start);
            long found = ids.stream().distinct().filter(server::hasEnded).count();
            int orphans = orphans();
            List<String> rows = new ArrayList<>();
            rows.add(String.format("| asked for at once | %d |", CLIENTS));
            rows.add(String.format(
                    "| accepted, each under an id of its own | %d |",
                    ids.stream().distinct().count()));
            rows.add(String.format("| answered 429 and asked again | %d |", refusals.get()));
            rows.add(String.format("| until the last was accepted | %.0f s |", accepting));
            rows.add(String.format(
                    "| from the first request of a client to its 202, median and p99 | %.1f s, %.1f s |",
                    accepted.median() / 1000, accepted.percentile(99) / 1000));
            rows.add(String.format("| until all had run and ended | %.0f s |", ending));
            rows.add(String.format("| lost: accepted and not found as ended | %d |", CLIENTS - found));
            rows.add(String.format("| orphaned: containers that are left | %d |", orphans));
            return rows;
        }
    }

    private static List<String> createAll(Server server, Samples samples, AtomicInteger refusals) throws Exception {
        List<String> ids = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                answers.add(clients.submit(() -> {
                    List<String> id = new ArrayList<>();
                    samples.time(() -> id.add(server.createPatiently(SANDBOX, refusals)));
                    return id.isEmpty() ? "" : id.getFirst();
                }));
            }
            for (Future<String> answer : answers) {
                ids.add(answer.get());
            }
        }
        return ids.stream().filter(id -> !id.isEmpty()).toList();
    }

    private static void awaitNoneLeft(Server server, long start) throws Exception {
        while (server.countLive() > 0) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException(server.countLive() + " sandboxes have not ended");
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private int orphans() throws Exception {
        try (RawEngine engine = new RawEngine(socket)) {
            String listed = engine.send(
                    "GET",
                    "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22sandkeep.dev%2Finstance%3D"
                            + Server.UNGUARDED.get("SANDKEEP_INSTANCE") + "%22%5D%7D",
                    "");
            return listed.split("\"Id\"", -1).length - 1;
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
