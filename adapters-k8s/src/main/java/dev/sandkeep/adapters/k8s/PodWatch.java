package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link Pods} as the cluster has them: lists once, then watches, on a thread of its own and for ever. A watch that
 * ends is taken up where it ended, mostly by the library without a word; if the API server has forgotten what happened
 * since then, or nothing at all comes for minutes, all is listed again. An API server that is away is noticed when it does
 * not answer a probe. Thread-safe.
 */
final class PodWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodWatch.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** Connections die without a word, so the API server is asked now and then whether it is there. */
    private static final Duration PROBE_EVERY = Duration.ofSeconds(5);

    private static final Duration OPEN = Duration.ofSeconds(10);

    /** More than the time between two bookmarks, also of an API server that is busy. */
    private static final Duration SILENCE = Duration.ofMinutes(3);

    private static final long PAGE = 500;

    private final Cluster cluster;
    private final String instance;
    private final Pods pods;
    private final Thread thread;
    private volatile boolean closed;
    private final Duration silence;
    private boolean flowed;

    /** Whether this outage was told of. */
    private boolean told;

    /** What was seen last, from where a watch goes on. */
    private volatile String version = "";

    PodWatch(Cluster cluster, String instance, Pods pods) {
        this(cluster, instance, pods, SILENCE);
    }

    /** @param silence after which all is listed again, since the connection may be dead */
    PodWatch(Cluster cluster, String instance, Pods pods, Duration silence) {
        this.silence = silence;
        this.cluster = cluster;
        this.instance = instance;
        this.pods = pods;
        this.thread = Thread.ofVirtual().name("pod-watch").unstarted(this::watchForEver);
    }

    void start() {
        thread.start();
    }

    private void watchForEver() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!closed) {
                if (watchOnce()) {
                    pause = FIRST_PAUSE;
                } else {
                    Thread.sleep(pause);
                    pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
                }
            }
        } catch (InterruptedException stopped) {
            log.debug("The watch of Pods was closed while it waited");
        }
    }

    /** Until the watch breaks; whether it flowed before. Whatever goes wrong, the next one is to be tried. */
    private boolean watchOnce() throws InterruptedException {
        flowed = false;
        try {
            list();
            // The watch begins where the list ends, so nothing is missed in between.
            while (!closed && goOn(follow())) {
                log.debug("The watch of Pods ended and is taken up again");
            }
        } catch (RuntimeException failed) {
            tellOnce(failed);
        }
        pods.disconnected();
        return flowed;
    }

    private boolean goOn(End end) {
        switch (end) {
            case BROKEN -> {}
            case SILENT -> list();
            case FORGOTTEN -> {
                return false;
            }
        }
        return true;
    }

    /** In an outage the same goes wrong again and again, which helps nobody who reads the log. */
    private void tellOnce(RuntimeException failed) {
        boolean ours = !(failed instanceof RuntimeUnavailable || failed instanceof KubernetesClientException);
        if (closed || told) {
            log.debug("The Pods cannot be watched", failed);
        } else if (ours) {
            log.error("The Pods cannot be watched; it will be tried again", failed);
        } else {
            log.warn(
                    "The Pods in namespace {} cannot be watched at {}: {} ({}); it will be tried again",
                    cluster.namespace(),
                    cluster.address(),
                    failed.getMessage(),
                    KubernetesErrors.rootOf(failed));
        }
        told = true;
    }

    private void list() {
        Map<String, Pod> listed = new HashMap<>();
        String next = null;
        String seen;
        do {
            String from = next;
            PodList page = cluster.call(
                    "list Pods",
                    client -> client.pods()
                            .inNamespace(cluster.namespace())
                            .withLabel(PodNotes.INSTANCE, instance)
                            .list(new ListOptionsBuilder()
                                    .withLimit(PAGE)
                                    .withContinue(from)
                                    .build()));
            page.getItems().forEach(pod -> listed.put(pod.getMetadata().getName(), KeptPods.of(pod)));
            next = PodObservations.given(page.getMetadata().getContinue()).orElse(null);
            seen = page.getMetadata().getResourceVersion();
        } while (next != null);
        version = Objects.requireNonNullElse(seen, "");
        pods.replace(listed);
    }

    /** How a watch ended. */
    private enum End {
        /** It can be taken up where it ended. */
        BROKEN,
        /** Its connection may have died without a word, so nobody knows what was missed. */
        SILENT,
        /** The API server has forgotten what happened since. */
        FORGOTTEN
    }

    /** Follows what happens until the watch ends. */
    private End follow() throws InterruptedException {
        Follower follower = new Follower();
        // The library waits for ever for a watch that cannot be opened.
        cluster.ping();
        try (Watch _ = open(follower)) {
            flowed = true;
            told = false;
            pods.connected();
            while (!follower.ended.await(min(PROBE_EVERY, silence).toMillis(), TimeUnit.MILLISECONDS)) {
                cluster.ping();
                if (follower.isSilent()) {
                    return End.SILENT;
                }
            }
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != Follower.GONE) {
                throw refused;
            }
            return End.FORGOTTEN;
        } finally {
            follower.retire();
        }
        return follower.gone ? End.FORGOTTEN : End.BROKEN;
    }

    private Watch open(Follower follower) throws InterruptedException {
        CompletableFuture<Watch> opening = new CompletableFuture<>();
        Thread opener = Thread.ofVirtual().name("pod-watch-opener").start(() -> {
            try {
                opening.complete(open(version, follower));
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
            throw KubernetesErrors.unavailable("watch Pods", over);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException why
                    ? why
                    : KubernetesErrors.unavailable("watch Pods", failed);
        }
    }

    private Watch open(String from, Follower follower) {
        return cluster.call(
                "watch Pods",
                client -> client.pods()
                        .inNamespace(cluster.namespace())
                        .withLabel(PodNotes.INSTANCE, instance)
                        .watch(
                                new ListOptionsBuilder()
                                        .withResourceVersion(from)
                                        .withAllowWatchBookmarks(true)
                                        .build(),
                                follower));
    }

    private final class Follower implements Watcher<Pod> {

        private static final int GONE = 410;

        private final CountDownLatch ended = new CountDownLatch(1);
        private boolean current = true;
        private volatile boolean gone;
        private volatile long heardAt = System.nanoTime();

        /** What still comes after this is older than what is seen from now on. */
        synchronized void retire() {
            current = false;
        }

        /** The API server sends a bookmark every minute or so, if nothing else. */
        boolean isSilent() {
            return System.nanoTime() - heardAt > silence.toNanos();
        }

        @Override
        public synchronized void eventReceived(Action action, @Nullable Pod pod) {
            heardAt = System.nanoTime();
            if (!current || pod == null || pod.getMetadata() == null) {
                return;
            }
            switch (action) {
                case ADDED, MODIFIED -> pods.put(KeptPods.of(pod));
                case DELETED -> pods.remove(pod);
                case BOOKMARK, ERROR ->
                    log.trace("The watch of Pods is at {}", pod.getMetadata().getResourceVersion());
            }
            PodObservations.given(pod.getMetadata().getResourceVersion()).ifPresent(seen -> version = seen);
        }

        /** Whoever looks after the sandboxes takes it up again. */
        @Override
        public boolean reconnecting() {
            return false;
        }

        @Override
        public void onClose() {
            ended.countDown();
        }

        @Override
        public void onClose(WatcherException cause) {
            gone = cause.isHttpGone();
            log.debug("The watch of Pods ended", cause);
            ended.countDown();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
