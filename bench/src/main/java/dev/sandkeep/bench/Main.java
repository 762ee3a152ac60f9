package dev.sandkeep.bench;

import dev.sandkeep.adapters.persistence.PersistenceConfig;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the benchmarks and prints their tables. The first argument is {@code all}, or one part, as the script
 * names them; the others are the command that starts the server.
 */
public final class Main {

    private static final int RECORDED = 10_000;
    private static final int RUNNING = 50;
    private static final int STARTS = 5;
    private static final Path SOCKET = Path.of("/var/run/docker.sock");

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("sandkeep-bench");
        Path data = directory.resolve("data");
        List<String> command = List.of(arguments).subList(1, arguments.length);
        try {
            Files.createDirectory(data);
            run(arguments[0], command, directory);
        } finally {
            delete(directory);
        }
    }

    private static void run(String part, List<String> command, Path directory) throws Exception {
        Path data = directory.resolve("data");
        switch (part) {
            case "all" -> {
                unguarded(command, data);
                guarded(command, data);
                serving(command, directory);
                storm(command, directory);
                proxying(command, directory);
                executing(command, directory);
                recording(directory);
            }
            case "guarded" -> guarded(command, data);
            case "guards" -> guards(new Guarding(command, data, SOCKET));
            case "serving" -> serving(command, directory);
            case "storm" -> storm(command, directory);
            case "proxy" -> proxying(command, directory);
            case "exec" -> executing(command, directory);
            case "records" -> recording(directory);
            case "cluster" -> clustering(command, directory);
            default -> throw new IllegalArgumentException("There is no part " + part);
        }
    }

    private static void unguarded(List<String> command, Path data) throws Exception {
        progress("recording " + RECORDED + " sandboxes");
        List<SandboxId> ids = Seed.sandboxes(data, RECORDED);
        progress("starting the server");
        Samples starts = starts(command, data);
        try (Server server = Server.start(command, data)) {
            Creating creating = new Creating(server, SOCKET);
            creating(creating);
            reading(server, creating, ids);
        }
        System.out.printf(
                "%nStart to the first answer, with %d sandboxes recorded: median %.0f ms of %d.%n",
                RECORDED, starts.median(), starts.count());
    }

    private static void guarded(List<String> command, Path data) throws Exception {
        progress("creating with a guarded network");
        Guarding guarding = new Guarding(command, data, SOCKET);
        System.out.println("\n| create, guarded | n | median ms | p99 ms | per second | success |");
        System.out.println("|---|---|---|---|---|---|");
        guarding.creating(System.out::println);
        guards(guarding);
    }

    private static void guards(Guarding guarding) throws Exception {
        progress("asking guards");
        System.out.println("\n| guard | n | median | worst | | success |");
        System.out.println("|---|---|---|---|---|---|");
        guarding.guards().forEach(System.out::println);
    }

    private static void serving(List<String> command, Path directory) throws Exception {
        System.out.println("\n| of 10000 running | n | median ms | p99 ms | per second | success |");
        System.out.println("|---|---|---|---|---|---|");
        Serving serving = new Serving(command);
        progress("serving from H2");
        Path h2 = directory.resolve("serving-h2");
        serving.rows(h2, new PersistenceConfig.H2(h2)).forEach(System.out::println);
        progress("serving from PostgreSQL");
        serving.rows(directory.resolve("serving-postgresql"), postgreSql()).forEach(System.out::println);
    }

    private static PersistenceConfig.PostgreSql postgreSql() {
        String url = System.getenv("BENCH_POSTGRESQL_URL");
        if (url == null) {
            throw new IllegalStateException("BENCH_POSTGRESQL_URL names no PostgreSQL; bench/run starts one");
        }
        return new PersistenceConfig.PostgreSql(url, "postgres", "postgres");
    }

    private static void recording(Path directory) throws Exception {
        progress("recording on PostgreSQL");
        System.out.println("\n| records on PostgreSQL | n | median ms | p99 ms | per second | success |");
        System.out.println("|---|---|---|---|---|---|");
        new Recording(postgreSql(), directory.resolve("recording")).rows().forEach(System.out::println);
    }

    private static void clustering(List<String> command, Path directory) throws Exception {
        String kubeconfig = System.getenv("BENCH_KUBECONFIG");
        String image = System.getenv("BENCH_EGRESS_IMAGE");
        if (kubeconfig == null || image == null) {
            throw new IllegalStateException("BENCH_KUBECONFIG names no cluster, or BENCH_EGRESS_IMAGE no sidecar");
        }
        progress("creating on a cluster");
        System.out.println("\n| create on a cluster | n | median ms | p99 ms | | success |");
        System.out.println("|---|---|---|---|---|---|");
        new Clustering(command, kubeconfig, image).rows(directory.resolve("cluster"), System.out::println);
    }

    private static void storm(List<String> command, Path directory) throws Exception {
        progress("creating a thousand at once");
        System.out.println("\n| a thousand creates at once | |");
        System.out.println("|---|---|");
        new Storm(command, SOCKET).rows(directory.resolve("storm")).forEach(System.out::println);
    }

    private static void proxying(List<String> command, Path directory) throws Exception {
        progress("asking a service directly and through the server");
        System.out.println("\n| a service in a sandbox | n | median ms | p99 ms | per second | success |");
        System.out.println("|---|---|---|---|---|---|");
        new Proxying(command, SOCKET).rows(directory.resolve("proxy")).forEach(System.out::println);
    }

    private static void executing(List<String> command, Path directory) throws Exception {
        progress("running commands");
        System.out.println("\n| a command that says one word | n | median ms | p99 ms | | success |");
        System.out.println("|---|---|---|---|---|---|");
        Path data = Files.createDirectory(directory.resolve("exec"));
        new Executing(command, SOCKET).rows(data, System.out::println);
    }

    private static void creating(Creating creating) throws Exception {
        System.out.println("| create | n | median ms | p99 ms | per second | success |");
        System.out.println("|---|---|---|---|---|---|");
        progress("creating one at a time");
        creating.compare(1, 10, 5).forEach(System.out::println);
        progress("creating eight at a time");
        creating.compare(8, 5, 24).forEach(System.out::println);
        progress("accepting");
        Samples accepted = creating.accepting(30);
        System.out.printf(
                "| Sandkeep, request to 202 | %d | %.1f | %.1f | | %.1f %% |%n",
                accepted.count(), accepted.median(), accepted.percentile(99), accepted.successRate());
    }

    private static void reading(Server server, Creating creating, List<SandboxId> ids) throws Exception {
        progress("starting " + RUNNING + " sandboxes");
        List<String> running = creating.keepRunning(RUNNING);
        progress("reading");
        Reading reading = new Reading(server);
        System.out.println("\n| read, of " + RECORDED + " | n | median ms | p99 ms | per second | success |");
        System.out.println("|---|---|---|---|---|---|");
        System.out.println(reading.row("one by its id", i -> "/v1/sandboxes/" + ids.get(i * 7 % ids.size())));
        System.out.println(
                reading.row("a page of 100", i -> "/v1/sandboxes?state=Terminated&pageSize=100&page=" + (1 + i % 50)));
        System.out.println(reading.row(
                "a page of 100 by state and metadata",
                i -> "/v1/sandboxes?state=Terminated&pageSize=100&metadata=team%3Dteam-" + i % 10));
        System.out.printf(
                "%nServer memory with %d sandboxes recorded and %d running, after all of the above: %.0f MiB RSS.%n",
                RECORDED, RUNNING, server.residentMebibytes());
        progress("removing what was made");
        for (String id : running) {
            server.delete(id);
        }
    }

    private static Samples starts(List<String> command, Path data) throws Exception {
        Samples samples = new Samples();
        for (int i = 0; i < STARTS; i++) {
            List<Server> started = new ArrayList<>();
            samples.time(() -> started.add(Server.start(command, data)));
            for (Server server : started) {
                server.close();
            }
        }
        return samples;
    }

    private static void progress(String what) {
        System.err.println("==> " + what);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
