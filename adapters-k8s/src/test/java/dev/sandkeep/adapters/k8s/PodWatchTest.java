package dev.sandkeep.adapters.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.testkit.contract.RecordedWatch;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the watch goes on when something goes wrong, on an API server that runs nothing. */
class PodWatchTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String LIST = "GET .*/pods[?]labelSelector=[^&]*&limit=.*";
    private static final String WATCH = "GET .*/pods[?].*labelSelector=.*watch=true.*";

    @TempDir
    private Path directory;

    private MockCluster cluster;
    private Cluster api;
    private final Pods pods = new Pods();

    @BeforeEach
    void connect() throws IOException {
        cluster = new MockCluster(directory);
        api = new Cluster(cluster.config(null).access(), Duration.ofSeconds(10));
    }

    @AfterEach
    void end() {
        api.close();
        cluster.close();
    }

    private PodWatch watch(Duration length) {
        PodWatch watch = new PodWatch(api, "mock", pods, length);
        watch.start();
        return watch;
    }

    private boolean isWatched() {
        try {
            return pods.list().isEmpty();
        } catch (RuntimeUnavailable notWatched) {
            return false;
        }
    }

    /** The connection of a watch can die without a word, while others to the same API server live. */
    @Test
    void aWatchThatTheApiServerDoesNotEndIsTakenUpWhereItIs() {
        RecordedWatch told = new RecordedWatch();
        try (PodWatch _ = watch(Duration.ofSeconds(1));
                var _ = pods.watch(told)) {
            await().atMost(SOON).until(() -> cluster.requests(WATCH).size() >= 2);

            assertThat(cluster.requests(WATCH))
                    .allSatisfy(asked -> assertThat(asked).contains("timeoutSeconds=1&"));
            assertThat(cluster.requests(LIST)).hasSize(1);
            assertThat(told.timesDisconnected()).isZero();
        }
    }

    /** For example an answer that cannot be understood. */
    @Test
    void whateverGoesWrongTheNextWatchIsTried() {
        cluster.garble(LIST);
        try (PodWatch _ = watch(SOON)) {
            await().atMost(SOON).until(() -> cluster.requests(LIST).size() >= 2);

            cluster.garbleNothing();

            await().atMost(SOON).until(this::isWatched);
        }
    }

    @Test
    void whatFailedIsToldByItsCause() {
        assertThat(KubernetesErrors.rootOf(new RuntimeUnavailable(
                        "away",
                        new KubernetesClientException(
                                "An error has occurred.",
                                new IOException(new SSLHandshakeException("bad")
                                        .initCause(new CertificateException(
                                                "unable to find valid certification path")))))))
                .isEqualTo("CertificateException: unable to find valid certification path");
        assertThat(KubernetesErrors.rootOf(new ConnectException())).isEqualTo("ConnectException");
        Throwable first = new IllegalStateException("first");
        first.initCause(new IllegalStateException("second", first));
        assertThat(KubernetesErrors.rootOf(first)).startsWith("IllegalStateException: ");
    }
}
