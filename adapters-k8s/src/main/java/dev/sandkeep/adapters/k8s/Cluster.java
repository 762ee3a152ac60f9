package dev.sandkeep.adapters.k8s;

import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The API server of a cluster, and one namespace there. Connects when it is first called. Thread-safe. */
final class Cluster implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int MOST_REQUESTS = 1_000;

    private final Config config;
    private final String namespace;
    private @Nullable KubernetesClient client;

    Cluster(KubernetesConfig.Access access, Duration callTimeout) {
        this(configOf(access), access.namespace(), callTimeout);
    }

    Cluster(Config found, @Nullable String namespace, Duration callTimeout) {
        this.config = new ConfigBuilder(found)
                .withConnectionTimeout(Math.toIntExact(CONNECT.toMillis()))
                .withRequestTimeout(Math.toIntExact(callTimeout.toMillis()))
                // Whoever calls knows better whether, and when, to try again.
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectLimit(0)
                .withMaxConcurrentRequests(MOST_REQUESTS)
                .withMaxConcurrentRequestsPerHost(MOST_REQUESTS)
                .build();
        this.namespace = namespace == null ? Objects.requireNonNullElse(config.getNamespace(), "default") : namespace;
    }

    private static Config configOf(KubernetesConfig.Access access) {
        return access.kubeconfig() == null
                ? Config.autoConfigure(access.context())
                : Config.fromKubeconfig(access.context(), access.kubeconfig().toFile());
    }

    String namespace() {
        return namespace;
    }

    /** Where the API server is. */
    URI address() {
        return URI.create(config.getMasterUrl());
    }

    /** The client, for what takes long or streams. */
    synchronized KubernetesClient client() {
        if (client == null) {
            client = new KubernetesClientBuilder().withConfig(config).build();
        }
        return client;
    }

    /**
     * Calls the API server.
     *
     * @param what for a message, for example {@code make a Pod}
     * @throws KubernetesClientException if it answered that this cannot be done
     * @throws RuntimeUnavailable if it did not answer
     */
    <T> T call(String what, Function<KubernetesClient, T> call) {
        try {
            return call.apply(client());
        } catch (KubernetesClientException failed) {
            if (KubernetesErrors.isAnswer(failed)) {
                throw failed;
            }
            restoreInterrupt(failed);
            throw KubernetesErrors.unavailable(what, failed);
        } catch (RuntimeUnavailable | IllegalArgumentException ours) {
            throw ours;
        } catch (RuntimeException unexpected) {
            throw KubernetesErrors.unavailable(what, unexpected);
        }
    }

    private static void restoreInterrupt(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Asks anew, where the library would remember what it was told before.
     *
     * @throws RuntimeUnavailable if it does not answer
     */
    void ping() {
        try {
            var _ = call("answer", found -> found.raw("/version"));
        } catch (KubernetesClientException refused) {
            throw KubernetesErrors.unavailable("answer", refused);
        }
    }

    /** The minor version of Kubernetes, for example 34. */
    int version() {
        try {
            String minor = call(
                    "tell its version", found -> found.getKubernetesVersion().getMinor());
            return Integer.parseInt(minor.replaceAll("\\D.*", ""));
        } catch (KubernetesClientException refused) {
            throw KubernetesErrors.unavailable("tell its version", refused);
        }
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
        }
    }
}
