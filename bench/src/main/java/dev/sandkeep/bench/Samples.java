package dev.sandkeep.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long each of many equal operations took, and how many of them failed. Thread-safe. */
final class Samples {

    private final List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    /** One operation. */
    interface Operation {
        void run() throws Exception;
    }

    /** Runs and times it; a failure is counted, not thrown. */
    void time(Operation operation) {
        time(System.nanoTime(), operation);
    }

    /** The same for one that began at that nanosecond. */
    void time(long start, Operation operation) {
        try {
            operation.run();
            nanos.add(System.nanoTime() - start);
        } catch (Exception failed) {
            failures.add(String.valueOf(failed));
        }
    }

    int count() {
        return nanos.size();
    }

    double median() {
        return percentile(50);
    }

    /** In milliseconds, by nearest rank; NaN without samples. */
    double percentile(double percent) {
        List<Long> sorted = nanos.stream().sorted().toList();
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.max(0, rank - 1)) / 1e6;
    }

    double successRate() {
        return 100.0 * nanos.size() / Math.max(1, nanos.size() + failures.size());
    }

    /** The first failure, if there was one. */
    String failure() {
        return failures.isEmpty() ? "" : failures.getFirst();
    }

    /** A row of a table without a rate: median, p99, success rate. */
    String row(String name) {
        return String.format(
                "| %s | %d | %.2f | %.2f | | %.1f %% |%s",
                name,
                count(),
                median(),
                percentile(99),
                successRate(),
                failure().isEmpty() ? "" : " " + failure());
    }

    /** A row of a table: median, p99, operations per second over that time, success rate. */
    String row(String name, Duration wall) {
        return String.format(
                "| %s | %d | %.1f | %.1f | %.1f | %.1f %% |",
                name, count(), median(), percentile(99), count() / (wall.toNanos() / 1e9), successRate());
    }
}
