package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Opens watches, which the library waits for without end. */
final class Watches {

    private static final Duration OPEN = Duration.ofSeconds(10);

    private Watches() {}

    /**
     * @param what for a message, for example {@code watch Pods}
     * @throws KubernetesClientException if the API server answered that it cannot be watched
     * @throws RuntimeUnavailable if it did not answer in time
     */
    static Watch open(String what, Supplier<Watch> open) throws InterruptedException {
        CompletableFuture<Watch> opening = new CompletableFuture<>();
        Thread opener = Thread.ofVirtual().name("watch-opener").start(() -> {
            try {
                opening.complete(open.get());
            } catch (RuntimeException failed) {
                opening.completeExceptionally(failed);
            }
        });
        try {
            return opening.get(OPEN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | InterruptedException over) {
            // One that opens all the same is closed then.
            CompletableFuture<Void> _ = opening.thenAccept(Watch::close);
            opener.interrupt();
            if (over instanceof InterruptedException stopped) {
                throw stopped;
            }
            throw KubernetesErrors.unavailable(what, over);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException why ? why : KubernetesErrors.unavailable(what, failed);
        }
    }
}
