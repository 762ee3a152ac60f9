package dev.sandkeep.adapters.k8s;

import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.TailPrettyLoggable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the end of what the entry process of a sandbox wrote. Thread-safe. */
final class PodLog {

    private static final Logger log = LoggerFactory.getLogger(PodLog.class);

    private final Cluster cluster;

    PodLog(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Empty if the node has no log of it, for example since it never started. */
    Optional<LogExcerpt> find(SandboxId id, LogSelection selection) {
        try {
            return Optional.of(cluster.call("read a log", client -> {
                ContainerResource container = client.pods()
                        .inNamespace(cluster.namespace())
                        .withName(PodSpecs.nameOf(id))
                        .inContainer(PodSpecs.SANDBOX);
                TailPrettyLoggable since = selection.since() == null
                        ? container.usingTimestamps()
                        : container
                                .usingTimestamps()
                                .sinceTime(selection.since().toString());
                try (InputStream lines =
                        since.tailingLines(selection.lines() + 1).getLogInputStream()) {
                    return LogTail.read(lines, selection);
                } catch (IOException broken) {
                    throw KubernetesErrors.unavailable("read a log", broken);
                }
            }));
        } catch (KubernetesClientException refused) {
            log.debug("The log of sandbox {} cannot be read: {}", id, KubernetesErrors.text(refused));
            return Optional.empty();
        }
    }
}
