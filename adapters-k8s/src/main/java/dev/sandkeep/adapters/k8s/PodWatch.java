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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link Pods} as the cluster has them: lists once, then watches, on a thread of its own and for ever. A watch that
 * ends is taken up where it ended; if the API server has forgotten what happened since then, all is listed again. An API
 * server that is away is noticed when it does not answer a probe. Thread-safe.
 */
final class PodWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodWatch.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** Connections die without a word, so the API server is asked now and then whether it is there. */
    private static final Duration PROBE_EVERY = Duration.ofSeconds(5);

    /**
     * After which the API server ends a watch, and sends a bookmark just before, where the next one begins. One that goes on
     * for longer has lost its connection, which the client does not always notice.
     */
    private static final Duration LENGTH = Duration.ofSeconds(30);

    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final long PAGE = 500;

    private final Cluster cluster;
    private final String instance;
    private final Pods pods;
    private final Thread thread;
    private volatile boolean closed;
    private final Duration length;
    private boolean flowed;

    /** Whether this outage was told of. */
    private boolean told;

    /** What was seen last, from where a watch goes on. */
    private volatile String version = "";

    PodWatch(Cluster cluster, String instance, Pods pods) {
        this(cluster, instance, pods, LENGTH);
    }

    /** @param length of each watch, in whole seconds */
    PodWatch(Cluster cluster, String instance, Pods pods, Duration length) {
        this.length = length;
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
                pause = watchOnce() ? FIRST_PAUSE : min(pause.multipliedBy(2), LONGEST_PAUSE);
                Thread.sleep(pause);
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
            while (!closed && follow()) {
                log.debug("The watch of Pods ended and is taken up again");
            }
        } catch (RuntimeException failed) {
            tellOnce(failed);
        }
        pods.disconnected();
        return flowed;
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

    /** Follows what happens until the watch ends; whether the next one can begin where it ended. */
    private boolean follow() throws InterruptedException {
        Follower follower = new Follower();
        long lost = System.nanoTime() + length.plus(GRACE).toNanos();
        // The library waits for ever for a watch that cannot be opened.
        cluster.ping();
        try (Watch _ = Watches.open("watch Pods", () -> open(follower))) {
            flowed = true;
            told = false;
            pods.connected();
            while (!follower.ended.await(PROBE_EVERY.toMillis(), TimeUnit.MILLISECONDS)
                    && System.nanoTime() - lost < 0) {
                cluster.ping();
            }
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != Follower.GONE) {
                throw refused;
            }
            return false;
        } finally {
            follower.retire();
        }
        return !follower.gone;
    }

    private Watch open(Follower follower) {
        return cluster.call(
                "watch Pods",
                client -> client.pods()
                        .inNamespace(cluster.namespace())
                        .withLabel(PodNotes.INSTANCE, instance)
                        .watch(
                                new ListOptionsBuilder()
                                        .withResourceVersion(version)
                                        .withAllowWatchBookmarks(true)
                                        .withTimeoutSeconds(length.toSeconds())
                                        .build(),
                                follower));
    }

    private final class Follower implements Watcher<Pod> {

        private static final int GONE = 410;

        private final CountDownLatch ended = new CountDownLatch(1);
        private boolean current = true;
        private volatile boolean gone;

        /** What still comes after this is older than what is seen from now on. */
        synchronized void retire() {
            current = false;
        }

        @Override
        public synchronized void eventReceived(Action action, @Nullable Pod pod) {
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
