package dev.sandkeep.adapters.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.domain.sandbox.Observation;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.Config;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events of starts on a real API server, written here instead of by a node, so that no status tells the same. */
class StartWatchIT {

    private static final Duration SOON = Duration.ofMinutes(1);

    private final Pods pods = new Pods();
    private TestCluster cluster;
    private Cluster api;
    private StartWatch watch;

    @BeforeEach
    void connect() {
        cluster = TestCluster.assumed();
        api = new Cluster(
                Config.fromKubeconfig(TestCluster.kubeconfig().toFile()), cluster.namespace(), Duration.ofSeconds(10));
        watch = new StartWatch(api, pods);
        pods.connected();
        for (String name : new String[] {"first", "second", "last"}) {
            pods.put(PodStates.read("metadata: {name: " + name + ", uid: uid-of-" + name
                    + "}\nspec: {containers: [{name: sandbox}]}\nstatus: {phase: Pending}\n"));
        }
    }

    @AfterEach
    void end() {
        if (cluster != null) {
            watch.close();
            api.close();
            cluster.close();
        }
    }

    private void write(String pod, String reason, String container) {
        cluster.raw()
                .v1()
                .events()
                .inNamespace(cluster.namespace())
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName(pod + "-")
                        .endMetadata()
                        .withReason(reason)
                        .withType("Normal")
                        .withNewInvolvedObject()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withNamespace(cluster.namespace())
                        .withName(pod)
                        .withUid("uid-of-" + pod)
                        .withFieldPath("spec.containers{" + container + "}")
                        .endInvolvedObject()
                        .build())
                .create();
    }

    private boolean runs(String pod) {
        return pods.find(pod).map(PodObservations::of).orElseThrow() instanceof Observation.Running;
    }

    @Test
    void aSandboxRunsWhenItsNodeWroteThatItStartedIt() {
        watch.start();
        // Until the watch is open nothing is heard of what is written.
        await().atMost(SOON).until(() -> {
            write("first", "Started", "sandbox");
            return runs("first");
        });

        write("second", "Created", "sandbox");
        write("second", "Started", "egress");
        write("last", "Started", "sandbox");

        await().atMost(SOON).until(() -> runs("last"));
        assertThat(runs("second")).isFalse();
    }
}
