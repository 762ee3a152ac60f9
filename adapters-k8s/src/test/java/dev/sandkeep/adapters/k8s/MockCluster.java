package dev.sandkeep.adapters.k8s;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An API server that only keeps what it is given, and a node that says of every Pod that it runs. It runs nothing, so it
 * shows the calls of the adapter, and not what a cluster does.
 */
final class MockCluster implements AutoCloseable {

    static final String NAMESPACE = "boxes";

    private static final int CONFLICT = 409;
    private static final Duration LATE = Duration.ofMinutes(5);
    private static final String VERSION = "{\"major\": \"1\", \"minor\": \"34\"}";

    private final Path kubeconfig;
    private final List<String> writes = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile String stalled = "";
    private volatile String garbled = "";
    private volatile boolean closing;
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private final Map<String, MockResponse> next = new ConcurrentHashMap<>();
    private final KubernetesMockServer server;
    private final KubernetesClient raw;
    private final Watch node;
    private volatile UnaryOperator<PodStatusBuilder> fate = MockCluster::running;

    MockCluster(Path directory) throws IOException {
        this.server = new KubernetesMockServer(
                new Context(),
                new MockWebServer(),
                new HashMap<>(),
                new KubernetesCrudDispatcher() {
                    @Override
                    public MockResponse dispatch(RecordedRequest request) {
                        String asked = request.method() + " " + request.getPath();
                        requests.add(asked);
                        if (asked.matches(garbled)) {
                            return new MockResponse().setResponseCode(200).setBody("{\"kind\": \"PodList\"}");
                        }
                        if (asked.matches(stalled)) {
                            return new MockResponse()
                                    .setResponseCode(200)
                                    .setBody("late")
                                    .setBodyDelay(LATE);
                        }
                        MockResponse once = next.keySet().stream()
                                .filter(asked::matches)
                                .findFirst()
                                .map(next::remove)
                                .orElse(null);
                        if (once != null) {
                            return once;
                        }
                        for (Map.Entry<String, Integer> refusal : refusals.entrySet()) {
                            if (asked.matches(refusal.getKey())) {
                                return refusal(refusal.getValue());
                            }
                        }
                        if (request.getPath().equals("/version")) {
                            return new MockResponse().setResponseCode(200).setBody(VERSION);
                        }
                        if (!"GET".equals(request.method().toString())) {
                            writes.add(request.method() + " "
                                    + request.getPath().replaceAll(".*/namespaces/[^/]*/([a-z]*).*", "$1"));
                        }
                        MockResponse answer = super.dispatch(request);
                        return failures.entrySet().stream()
                                .filter(failure -> asked.matches(failure.getKey()))
                                .findFirst()
                                .map(failure -> refusal(failure.getValue()))
                                .orElse(answer);
                    }
                },
                false);
        server.init(InetAddress.getLoopbackAddress(), 0);
        this.kubeconfig = Files.writeString(
                directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: mock, cluster: {server: "http://%s:%d"}}]
                contexts: [{name: mock, context: {cluster: mock, user: nobody, namespace: %s}}]
                users: [{name: nobody, user: {token: none}}]
                current-context: mock
                """.formatted(server.getHostName(), server.getPort(), NAMESPACE));
        this.raw = server.createClient();
        this.node = raw.pods().inNamespace(NAMESPACE).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                if (action == Action.ADDED) {
                    report(pod);
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                if (!closing) {
                    throw new IllegalStateException("The node lost its API server", cause);
                }
            }
        });
    }

    private static MockResponse refusal(int code) {
        return new MockResponse().setResponseCode(code).setBody("""
                {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "not today", "code": %d}
                """.formatted(code));
    }

    /** From now on requests of which {@code METHOD /path} matches are answered with this status. */
    void refuse(String requestPattern, int code) {
        refusals.put(requestPattern, code);
    }

    /** From now on requests that match are done, and answered with this status as if they were not. */
    void fail(String requestPattern, int code) {
        failures.put(requestPattern, code);
    }

    /** The next request that matches is answered as one that a change of the same thing outran. */
    void outrunNext(String requestPattern) {
        next.put(requestPattern, refusal(CONFLICT));
    }

    /** The next list that matches is empty. */
    void emptyNext(String requestPattern) {
        next.put(
                requestPattern,
                new MockResponse()
                        .setResponseCode(200)
                        .setBody("{\"kind\": \"List\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": []}"));
    }

    /** From now on requests that match are answered with a list that lacks what every list has. */
    void garble(String requestPattern) {
        garbled = requestPattern;
    }

    void garbleNothing() {
        garbled = "";
    }

    /** From now on requests that match are answered later than anybody waits. */
    void stall(String requestPattern) {
        stalled = requestPattern;
    }

    void refuseNothing() {
        refusals.clear();
    }

    /** {@code METHOD /path} of all requests so far that match. */
    List<String> requests(String pattern) {
        return requests.stream().filter(request -> request.matches(pattern)).toList();
    }

    private static PodStatusBuilder running(PodStatusBuilder status) {
        return status.withPhase("Running")
                .withPodIP("10.9.0.1")
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withName("sandbox")
                        .withState(new ContainerStateBuilder()
                                .withNewRunning()
                                .endRunning()
                                .build())
                        .build());
    }

    /** What becomes of every Pod from now on. */
    void let(UnaryOperator<PodStatusBuilder> fateOfPods) {
        fate = fateOfPods;
    }

    /** Changes the status of a Pod, as its node would. */
    void report(Pod pod) {
        PodStatus status = fate.apply(new PodStatusBuilder()).build();
        Pod seen = new PodBuilder(pod)
                .editSpec()
                .withNodeName("Pending".equals(status.getPhase()) ? null : "node1")
                .endSpec()
                .withStatus(status)
                .build();
        try {
            raw.pods().inNamespace(NAMESPACE).resource(seen).update();
            raw.pods().inNamespace(NAMESPACE).resource(seen).updateStatus();
        } catch (KubernetesClientException refused) {
            // Of one that was deleted meanwhile a node says nothing, and nothing at all when its cluster is closed.
            if (!closing && !KubernetesErrors.isNotFound(refused)) {
                throw refused;
            }
        } catch (IllegalStateException closed) {
            if (!closing) {
                throw closed;
            }
        }
    }

    List<String> claimNames() {
        return raw.persistentVolumeClaims().inNamespace(NAMESPACE).list().getItems().stream()
                .map(claim -> claim.getMetadata().getName())
                .toList();
    }

    KubernetesClient raw() {
        return raw;
    }

    /** Method and resource of everything that was changed since the last call, in order. */
    List<String> writes() {
        // What the node says of a Pod is not counted.
        List<String> seen =
                writes.stream().filter(write -> !write.equals("PUT pods")).toList();
        writes.clear();
        return seen;
    }

    KubernetesSandboxRuntime runtime(@Nullable GuardConfig guard) {
        return KubernetesSandboxRuntime.of(config(guard), Map.of(), InstantSource.system());
    }

    KubernetesConfig config(@Nullable GuardConfig guard) {
        return new KubernetesConfig(
                "mock",
                new KubernetesConfig.Access(kubeconfig, null, null),
                KubernetesConfig.Reach.DIRECT,
                PodConfig.standard(),
                guard,
                new KubernetesConfig.Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10)));
    }

    @Override
    public void close() {
        closing = true;
        node.close();
        raw.close();
        server.destroy();
    }
}
