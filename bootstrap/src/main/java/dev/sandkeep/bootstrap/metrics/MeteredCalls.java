package dev.sandkeep.bootstrap.metrics;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxException;
import dev.sandkeep.domain.snapshot.SnapshotException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Times calls of the container runtime and says how they ended. Thread-safe. */
final class MeteredCalls {

    private final Metrics metrics;

    MeteredCalls(Metrics metrics) {
        this.metrics = metrics;
    }

    void timed(String call, Runnable work) {
        this.<@Nullable Void>timed(call, () -> {
            work.run();
            return null;
        });
    }

    <T extends @Nullable Object> T timed(String call, Supplier<T> work) {
        long start = System.nanoTime();
        String outcome = "failed";
        try {
            T result = work.get();
            outcome = "ok";
            return result;
        } catch (SandboxException.RuntimeUnavailable away) {
            outcome = "unavailable";
            throw away;
        } catch (SandboxException | SnapshotException | InvalidValue refused) {
            outcome = "refused";
            throw refused;
        } finally {
            metrics.called(call, outcome, Duration.ofNanos(System.nanoTime() - start));
        }
    }
}
