package dev.sandkeep.bootstrap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandkeep.bootstrap.process.ServerProcess.Answer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Sysctl;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The Pods of a real cluster whose only node is this machine. */
final class GuardedPods implements GuardedPlace {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String WORKER = "dev.sandkeep.egress.Main";

    private final ClusterView cluster;
    private final ServerProcess server;

    GuardedPods(ClusterView cluster, Path directory) throws IOException {
        this.cluster = cluster;
        this.server = cluster.server(directory)
                // What is tried as another user must not fail because nobody can become one.
                .with("SANDKEEP_KUBERNETES_CAPABILITIES", "SETUID")
                .start();
        await("the server is ready").atMost(SOON).until(() -> server.readiness() == 200);
    }

    ClusterView cluster() {
        return cluster;
    }

    @Override
    public GuardedSandbox run(@Nullable String networkPolicy, List<String> entrypoint) {
        Answer created = server.create(GuardedServer.request(networkPolicy, entrypoint), "Prefer", "wait=60");
        assertThat(created.state()).as(() -> created.body().toString()).isEqualTo("Running");
        return new GuardedPod(created.id());
    }

    /** It asks the same resolver, and may send pings as containers of an engine may. */
    @Override
    public Unguarded runUnguarded() {
        String name = "unguarded-" + UUID.randomUUID().toString().substring(0, 8);
        cluster.client()
                .pods()
                .inNamespace(cluster.namespace())
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .withTerminationGracePeriodSeconds(0L)
                        .withDnsPolicy("None")
                        .withNewDnsConfig()
                        .withNameservers(StandInInternet.RESOLVER)
                        .endDnsConfig()
                        .withNewSecurityContext()
                        .withSysctls(new Sysctl("net.ipv4.ping_group_range", "0 2147483647"))
                        .endSecurityContext()
                        .addNewContainer()
                        .withName("sandbox")
                        .withImage("python:3.11")
                        .withCommand("sleep", "1000")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        cluster.client()
                .pods()
                .inNamespace(cluster.namespace())
                .withName(name)
                .waitUntilCondition(
                        pod -> pod != null && "Running".equals(pod.getStatus().getPhase()), 60, TimeUnit.SECONDS);
        return new UnguardedPod(name);
    }

    private final class UnguardedPod implements Unguarded {

        private final String name;

        private UnguardedPod(String name) {
            this.name = name;
        }

        @Override
        public String probe(String... arguments) {
            return cluster.probeIn(name, arguments);
        }

        @Override
        public void close() {
            cluster.client()
                    .pods()
                    .inNamespace(cluster.namespace())
                    .withName(name)
                    .withGracePeriod(0)
                    .delete();
        }
    }

    private final class GuardedPod implements GuardedSandbox {

        private final String id;

        private GuardedPod(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public ServerProcess server() {
            return server;
        }

        @Override
        public String probe(String... arguments) {
            return cluster.probe(id, arguments);
        }

        @Override
        public Probe begin(String... arguments) {
            ExecWatch exec = cluster.client()
                    .pods()
                    .inNamespace(cluster.namespace())
                    .withName(ClusterView.nameOf(id))
                    .inContainer("sandbox")
                    .redirectingOutput()
                    .exec(Probe.command(arguments).toArray(String[]::new));
            return new Probe(exec.getOutput(), exec::close);
        }

        @Override
        public String address() {
            return pod().getStatus().getPodIP();
        }

        private Pod pod() {
            return cluster.pod(id);
        }

        @Override
        public List<ProcessHandle> worker() {
            String uid = pod().getMetadata().getUid();
            return ProcessHandle.allProcesses()
                    .filter(GuardedPods::isWorker)
                    // A process that the worker is about to start still looks like the worker.
                    .filter(process ->
                            process.parent().filter(GuardedPods::isWorker).isEmpty())
                    .filter(process -> isOf(process, uid))
                    .toList();
        }
    }

    private static boolean isWorker(ProcessHandle process) {
        return read(process, "cmdline").contains(WORKER);
    }

    /** Containers are in a group of processes that is called after their Pod; some name it without hyphens. */
    private static boolean isOf(ProcessHandle process, String pod) {
        String groups = read(process, "cgroup");
        return groups.contains(pod) || groups.contains(pod.replace('-', '_'));
    }

    /** Empty if the process is gone. */
    private static String read(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException failed) {
            // Or goes at this moment.
            if (!process.isAlive()) {
                return "";
            }
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        server.close();
        cluster.close();
    }
}
