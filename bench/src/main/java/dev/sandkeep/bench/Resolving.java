package dev.sandkeep.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Looks a name up from within network namespaces: that of a guarded sandbox, where the proxy answers, and that of a
 * container without a guard, where the resolver does.
 */
final class Resolving implements AutoCloseable {

    private static final String UNGUARDED = """
            {"Image": "sandkeep-test/busybox:1", "Cmd": ["sleep", "3600"], "Labels": {"sandkeep.bench": "raw"}}""";
    private static final int LATENCIES = 3000;
    private static final int SECONDS = 5;
    private static final int CLIENTS = 8;
    private static final double TICKS_PER_SECOND = 100;

    private final String resolver;
    private final Path socket;
    private final RawEngine engine;
    private final String unguarded;

    Resolving(String resolver, Path socket) throws IOException {
        this.resolver = resolver;
        this.socket = socket;
        this.engine = new RawEngine(socket);
        String made = engine.send("POST", "/containers/create", UNGUARDED);
        this.unguarded = made.replaceAll(".*\"Id\":\"([0-9a-f]+)\".*", "$1").strip();
        engine.send("POST", "/containers/" + unguarded + "/start", "");
    }

    List<String> rows(ProcessHandle guard) throws Exception {
        ProcessHandle open = Guarding.process(socket, unguarded);
        List<String> rows = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            without.add(look(open, "latency", LATENCIES));
            with.add(look(guard, "latency", LATENCIES));
        }
        rows.add(row("a known name, without a guard, ms", without));
        rows.add(row("a known name, through the proxy, ms", with));
        rows.add(String.format(
                Locale.ROOT, "| **added by the proxy, ms** | | %.3f | | | |", median(with) - median(without)));
        ProcessHandle worker = guard.descendants()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElseThrow();
        double before = processorSeconds(worker);
        double answers = look(guard, "throughput", SECONDS);
        double used = processorSeconds(worker) - before;
        rows.add(String.format(
                Locale.ROOT,
                "| answers in a second, %d clients on the same cores | | %.0f | | | |",
                CLIENTS,
                answers / SECONDS));
        rows.add(String.format(
                Locale.ROOT, "| answers in a second of the worker's processor time | | %.0f | | | |", answers / used));
        return rows;
    }

    private static String row(String what, List<Double> medians) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.3f | %.3f | | |",
                what,
                medians.size() * LATENCIES,
                median(medians),
                medians.stream().max(Double::compare).orElseThrow());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private double look(ProcessHandle inside, String what, int much) throws Exception {
        Process process = new ProcessBuilder(
                        "nsenter",
                        "--target=" + inside.pid(),
                        "--net",
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Lookups.class.getName(),
                        what,
                        resolver,
                        Integer.toString(much),
                        Integer.toString(CLIENTS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        if (process.waitFor() != 0) {
            throw new IOException("The name could not be looked up");
        }
        return Double.parseDouble(printed);
    }

    /** User and system time (proc(5), fields 14 and 15 of stat). */
    private static double processorSeconds(ProcessHandle process) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    @Override
    public void close() throws IOException {
        try (engine) {
            engine.send("DELETE", "/containers/" + unguarded + "?force=true", "");
        }
    }
}
