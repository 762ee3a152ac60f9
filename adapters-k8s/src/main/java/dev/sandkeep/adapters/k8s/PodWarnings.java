package dev.sandkeep.adapters.k8s;

import static java.util.Objects.requireNonNullElse;

import dev.sandkeep.adapters.runtime.Text;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a cluster warns of and writes into no status: that a node cannot make the Pod at all, or does not get its volumes.
 * Thread-safe.
 */
final class PodWarnings {

    private static final Logger log = LoggerFactory.getLogger(PodWarnings.class);

    /** Some clusters warn of every Pod. */
    private static final int MOST = 3;

    private final Cluster cluster;

    PodWarnings(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The last ones, the newest first; empty if there is none, or this server may not see them. */
    Optional<String> find(Pod pod) {
        String warnings = list(pod).stream()
                .sorted(Comparator.comparing(PodWarnings::time).reversed())
                .map(PodWarnings::sentence)
                .distinct()
                .limit(MOST)
                .collect(Collectors.joining("; "));
        return PodObservations.given(warnings);
    }

    private List<Event> list(Pod pod) {
        try {
            return cluster.call(
                    "list events",
                    client -> client.v1()
                            .events()
                            .inNamespace(cluster.namespace())
                            .withFields(Map.of(
                                    "involvedObject.uid", pod.getMetadata().getUid(), "type", "Warning"))
                            .list()
                            .getItems());
        } catch (KubernetesClientException refused) {
            log.debug("Events of Pod {} cannot be seen", pod.getMetadata().getName(), refused);
            return List.of();
        }
    }

    /** Older and newer kinds of reporters note it differently. */
    private static Instant time(Event event) {
        return PodObservations.given(event.getLastTimestamp())
                .or(() -> Optional.ofNullable(event.getEventTime())
                        .flatMap(time -> PodObservations.given(time.getTime())))
                .map(Instant::parse)
                .orElse(Instant.EPOCH);
    }

    private static String sentence(Event event) {
        return requireNonNullElse(event.getReason(), "a warning") + ": "
                + Text.plain(requireNonNullElse(event.getMessage(), "without a word"));
    }
}
