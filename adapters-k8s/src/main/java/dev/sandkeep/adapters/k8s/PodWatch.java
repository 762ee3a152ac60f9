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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link Pods} as the cluster has them: lists once, then watches, on a thread of its own and for ever. A watch that
 * ends is taken up where it ended, mostly by the library without a word; if the API server has forgotten what happened
 * since then, all is listed again. An API server that is away is noticed when it does not answer a probe. Thread-safe.
 */
final class PodWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PodWatch.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** Connections die without a word, so the API server is asked now and then whether it is there. */
    private static final Duration PROBE_EVERY = Duration.ofSeconds(5);

    private static final Duration OPEN = Duration.ofSeconds(10);
    private static final long PAGE = 500;

    private final Cluster cluster;
    private final String instance;
    private final Pods pods;
    private final Thread thread;
    private volatile boolean closed;
    private boolean flowed;

    /** What was seen last, from where a watch goes on. */
    private volatile String version = "";

    PodWatch(Cluster cluster, String instance, Pods pods) {
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

    /** Until the watch breaks; whether it flowed before. */
    private boolean watchOnce() throws InterruptedException {
        flowed = false;
        try {
            list();
            // The watch begins where the list ends, so nothing is missed in between.
            while (!closed && follow()) {
                log.debug("The watch of Pods ended and is taken up again");
            }
        } catch (RuntimeUnavailable | KubernetesClientException away) {
            log.debug("The Pods cannot be watched", away);
            if (away instanceof KubernetesClientException refused) {
                log.warn("The API server refuses to let Pods be watched: {}", KubernetesErrors.text(refused));
            }
        }
        pods.disconnected();
        return flowed;
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

    /** Follows what happens until the watch ends; whether it can be taken up where it ended. */
    private boolean follow() throws InterruptedException {
        Follower follower = new Follower();
        // The library waits for ever for a watch that cannot be opened.
        cluster.ping();
        try (Watch _ = open(follower)) {
            flowed = true;
            pods.connected();
            while (!follower.ended.await(PROBE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                cluster.ping();
            }
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != Follower.GONE) {
                throw refused;
            }
            return false;
        }
        return !follower.gone;
    }

    private Watch open(Follower follower) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Watch> opening = threads.submit(() -> cluster.call(
                    "watch Pods",
                    client -> client.pods()
                            .inNamespace(cluster.namespace())
                            .withLabel(PodNotes.INSTANCE, instance)
                            .watch(
                                    new ListOptionsBuilder()
                                            .withResourceVersion(version)
                                            .withAllowWatchBookmarks(true)
                                            .build(),
                                    follower)));
            try {
                return opening.get(OPEN.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException late) {
                opening.cancel(true);
                throw KubernetesErrors.unavailable("watch Pods", late);
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof RuntimeException why
                        ? why
                        : KubernetesErrors.unavailable("watch Pods", failed);
            }
        }
    }

    private final class Follower implements Watcher<Pod> {

        private static final int GONE = 410;

        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean gone;

        @Override
        public void eventReceived(Action action, @Nullable Pod pod) {
            if (pod == null || pod.getMetadata() == null) {
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
