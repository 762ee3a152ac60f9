package dev.sandkeep.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * From a request to a running process: ours, the engine's own API with the same container settings, and with none. The
 * three take turns in short rounds, so that whatever else the machine does hits all of them. What was made is removed
 * between the rounds, outside the measured time.
 */
final class Creating {

    private static final String IMAGE = "sandkeep-test/busybox:1";
    static final String SANDBOX = """
            {"image": {"uri": "%s"}, "timeout": 3600, "resourceLimits": {"cpu": "500m", "memory": "64Mi"},
             "entrypoint": ["sleep", "3600"]}""".formatted(IMAGE);

    /** The settings that docker inspect shows of a sandbox. */
    static final String SAME_CONTAINER = """
            {"Image": "%s", "Entrypoint": ["sleep"], "Cmd": ["3600"],
             "Labels": {"sandkeep.bench": "raw"},
             "HostConfig": {"Init": true, "Memory": 67108864, "MemorySwap": 67108864, "CpuPeriod": 100000,
               "CpuQuota": 50000, "PidsLimit": 4096, "NetworkMode": "sandkeep-bench",
               "CapDrop": ["AUDIT_WRITE", "MKNOD", "NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE",
                 "SYS_TIME", "SYS_TTY_CONFIG"],
               "SecurityOpt": ["no-new-privileges:true"],
               "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "1"}}}}""".formatted(IMAGE);

    private static final String PLAIN_CONTAINER = """
            {"Image": "%s", "Entrypoint": ["sleep"], "Cmd": ["3600"], "Labels": {"sandkeep.bench": "raw"}}""".formatted(IMAGE);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Server server;
    private final Path socket;
    private final String what;
    private final String sandbox;
    private final Preparation preparation;

    Creating(Server server, Path socket) {
        this(server, socket, "Sandkeep", SANDBOX, () -> {});
    }

    /**
     * Another kind of sandbox.
     *
     * @param what names the kind in the tables
     * @param sandbox the body of the create request
     * @param preparation done before every round, outside the measured time
     */
    Creating(Server server, Path socket, String what, String sandbox, Preparation preparation) {
        this.server = server;
        this.socket = socket;
        this.what = what;
        this.sandbox = sandbox;
        this.preparation = preparation;
    }

    /** What has to be done before a round. */
    interface Preparation {
        void run() throws Exception;
    }

    /** One way to get a running process, and to get rid of it. */
    private interface Way {
        String make(RawEngine engine) throws Exception;

        void remove(String id) throws Exception;
    }

    /** The samples of one way, with the time that its rounds took in all. */
    private static final class Tally {
        private final Samples samples = new Samples();
        private Duration wall = Duration.ZERO;
    }

    /** The rows of a table, the ways at this concurrency. */
    List<String> compare(int concurrency, int rounds, int perRound) throws Exception {
        List<Way> ways = List.of(ours(), raw(SAME_CONTAINER), raw(PLAIN_CONTAINER));
        List<Tally> tallies = List.of(new Tally(), new Tally(), new Tally());
        for (int round = -1; round < rounds; round++) {
            for (int way = 0; way < ways.size(); way++) {
                // The first round warms up and is not counted.
                round(ways.get(way), round < 0 ? new Tally() : tallies.get(way), concurrency, perRound);
            }
        }
        double ratio = tallies.get(0).samples.median() / tallies.get(1).samples.median();
        double throughput = perSecond(tallies.get(0)) / perSecond(tallies.get(1));
        List<String> rows = new ArrayList<>();
        rows.add(row(what + ", request to Running", concurrency, tallies.get(0)));
        rows.add(row("raw engine, same settings, create + start", concurrency, tallies.get(1)));
        rows.add(row("raw engine, no settings, create + start", concurrency, tallies.get(2)));
        rows.add(String.format(
                "| **ratio at concurrency %d** | | median %.2f | | throughput %.2f | |",
                concurrency, ratio, throughput));
        return rows;
    }

    private static String row(String name, int concurrency, Tally tally) {
        return tally.samples.row(name + " (concurrency " + concurrency + ")", tally.wall)
                + (tally.samples.failure().isEmpty() ? "" : " " + tally.samples.failure());
    }

    private static double perSecond(Tally tally) {
        return tally.samples.count() / (tally.wall.toNanos() / 1e9);
    }

    private void round(Way way, Tally tally, int concurrency, int perRound) throws Exception {
        Queue<String> made = new ConcurrentLinkedQueue<>();
        preparation.run();
        long start = System.nanoTime();
        try (ExecutorService workers = Executors.newFixedThreadPool(concurrency)) {
            List<Future<?>> running = new ArrayList<>();
            for (int worker = 0; worker < concurrency; worker++) {
                running.add(workers.submit(() -> {
                    try (RawEngine engine = new RawEngine(socket)) {
                        for (int i = 0; i < perRound / concurrency; i++) {
                            tally.samples.time(() -> made.add(way.make(engine)));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        }
        tally.wall = tally.wall.plusNanos(System.nanoTime() - start);
        for (String id : made) {
            way.remove(id);
        }
    }

    private Way ours() {
        return new Way() {
            @Override
            public String make(RawEngine unused) throws Exception {
                return server.create(sandbox, true);
            }

            @Override
            public void remove(String id) throws Exception {
                server.delete(id);
            }
        };
    }

    private Way raw(String container) {
        return new Way() {
            @Override
            public String make(RawEngine engine) throws IOException {
                String id = JSON.readTree(engine.send("POST", "/containers/create", container))
                        .path("Id")
                        .asText();
                engine.send("POST", "/containers/" + id + "/start", "");
                return id;
            }

            @Override
            public void remove(String id) throws IOException {
                try (RawEngine engine = new RawEngine(socket)) {
                    engine.send("DELETE", "/containers/" + id + "?force=true", "");
                }
            }
        };
    }

    /** How long the answer takes that does not wait for the sandbox to run. */
    Samples accepting(int count) throws Exception {
        Samples samples = new Samples();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.time(() -> made.add(server.create(SANDBOX, false)));
            server.delete(made.getLast());
        }
        return samples;
    }

    /** Sandboxes that run until the caller removes them. */
    List<String> keepRunning(int count) throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(server.create(SANDBOX, true));
        }
        return ids;
    }
}
