package dev.sandkeep.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Reads, from a few clients at a time that share the machine with the server. */
final class Reading {

    private static final int CLIENTS = 4;
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration MEASURED = Duration.ofSeconds(8);

    private final Server server;

    Reading(Server server) {
        this.server = server;
    }

    /** One request of many; the number counts up. */
    interface Numbered {
        void run(int number) throws Exception;
    }

    /** A row of a table for reading that path again and again. */
    String row(String name, IntFunction<String> path) throws Exception {
        return write(name, i -> server.get(path.apply(i)));
    }

    /** A row of a table for doing that again and again. */
    String write(String name, Numbered request) throws Exception {
        repeat(request, new Samples(), WARM_UP);
        Samples samples = new Samples();
        repeat(request, samples, MEASURED);
        return samples.row(name, MEASURED) + (samples.failure().isEmpty() ? "" : " " + samples.failure());
    }

    private void repeat(Numbered request, Samples samples, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int first = client;
                running.add(clients.submit(() -> {
                    for (int i = first; System.nanoTime() < end; i += CLIENTS) {
                        int number = i;
                        samples.time(() -> request.run(number));
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        }
    }
}
