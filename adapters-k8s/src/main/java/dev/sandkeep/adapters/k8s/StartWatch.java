package dev.sandkeep.adapters.k8s;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@link Pods} that sandboxes began, as their nodes write it into events at once. Into the status of a Pod a node
 * writes it only after it has looked at its containers, which kubelet does once a second. Events may come late or never, so
 * nothing but that second depends on them, and they need not be allowed to be read. Thread-safe.
 */
final class StartWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StartWatch.class);

    private static final Map<String, String> STARTS = Map.of(
            "involvedObject.kind",
            "Pod",
            "involvedObject.fieldPath",
            "spec.containers{" + PodSpecs.SANDBOX + "}",
            "reason",
            "Started");

    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** An API server may end each watch as soon as it begins. */
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    /** After which the API server ends a watch, so that one whose connection died is not waited at for ever. */
    private static final Duration LENGTH = Duration.ofMinutes(5);

    private final Cluster cluster;
    private final Pods pods;
    private final Thread thread;

    StartWatch(Cluster cluster, Pods pods) {
        this.cluster = cluster;
        this.pods = pods;
        this.thread = Thread.ofVirtual().name("start-watch").unstarted(this::watchForEver);
    }

    void start() {
        thread.start();
    }

    private void watchForEver() {
        boolean told = false;
        try {
            while (true) {
                Duration pause = BETWEEN;
                try {
                    watch();
                    told = false;
                } catch (RuntimeException failed) {
                    if (!told) {
                        log.info(
                                "The events in namespace {} cannot be watched, so that a start is noticed up to a second"
                                        + " later: {}",
                                cluster.namespace(),
                                failed.getMessage());
                    }
                    told = true;
                    pause = PAUSE;
                }
                Thread.sleep(pause);
            }
        } catch (InterruptedException closed) {
            log.debug("The watch of events was closed");
        }
    }

    private void watch() throws InterruptedException {
        EventList newest = cluster.call(
                "list events",
                client -> starts(client)
                        .list(new ListOptionsBuilder().withLimit(1L).build()));
        Follower follower = new Follower();
        try (Watch _ = Watches.open(
                "watch events",
                () -> cluster.call(
                        "watch events",
                        client -> starts(client)
                                .watch(
                                        new ListOptionsBuilder()
                                                .withResourceVersion(
                                                        newest.getMetadata().getResourceVersion())
                                                .withTimeoutSeconds(LENGTH.toSeconds())
                                                .build(),
                                        follower)))) {
            var _ = follower.ended.await(LENGTH.plus(PAUSE).toSeconds(), TimeUnit.SECONDS);
        }
    }

    private FilterWatchListDeletable<Event, EventList, Resource<Event>> starts(KubernetesClient client) {
        return client.v1().events().inNamespace(cluster.namespace()).withFields(STARTS);
    }

    private final class Follower implements Watcher<Event> {

        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void eventReceived(Action action, @Nullable Event event) {
            if (action == Action.ADDED && event != null && event.getInvolvedObject() != null) {
                ObjectReference pod = event.getInvolvedObject();
                pods.begun(pod.getName(), pod.getUid());
            }
        }

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
            log.debug("The watch of events ended", cause);
            ended.countDown();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
