package dev.sandkeep.adapters.k8s;

import dev.sandkeep.application.port.SandboxExec;
import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.ExecUser;
import dev.sandkeep.domain.exec.TerminalSize;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.SandboxException.Unsupported;
import dev.sandkeep.domain.sandbox.SandboxId;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Programs in Pods, each along a WebSocket of its own through the API server, which knows neither users nor directories
 * nor environments. Thread-safe.
 */
final class KubernetesSandboxExec implements SandboxExec {

    private final Cluster cluster;
    private final PodStore pods;

    KubernetesSandboxExec(Cluster cluster, PodStore pods) {
        this.cluster = cluster;
        this.pods = pods;
    }

    @Override
    public boolean choosesUser() {
        return false;
    }

    @Override
    public Program start(SandboxId id, List<String> command, @Nullable ExecUser user) {
        if (user != null) {
            throw new Unsupported(
                    "Kubernetes runs commands as the user of the image; leave out uid and gid, or change the"
                            + " user in the command, for example with su or setpriv");
        }
        PodProcess process = new PodProcess(id);
        start(
                id,
                process,
                pod -> pod.redirectingInput()
                        .redirectingOutput()
                        .redirectingError()
                        .usingListener(process)
                        .exec(command.toArray(String[]::new)));
        return process;
    }

    @Override
    public Terminal startTerminal(SandboxId id, List<String> command, TerminalSize size) {
        PodProcess process = new PodProcess(id);
        start(
                id,
                process,
                pod -> pod.redirectingInput()
                        .redirectingOutput()
                        .withTTY()
                        .usingListener(process)
                        .exec(command.toArray(String[]::new)));
        process.resize(size);
        return process;
    }

    private void start(SandboxId id, PodProcess process, Function<ContainerResource, ExecWatch> start) {
        Pod pod = pods.find(id).orElseThrow(() -> new ExecException.NotRunning(id, "it is not there", null));
        if (!(PodObservations.of(pod) instanceof Observation.Running)) {
            throw new ExecException.NotRunning(id, "its entry process does not run", null);
        }
        try {
            process.follow(cluster.call(
                    "start a command",
                    client -> start.apply(client.pods()
                            .inNamespace(cluster.namespace())
                            .withName(pod.getMetadata().getName())
                            .inContainer(PodSpecs.SANDBOX))));
        } catch (KubernetesClientException refused) {
            // The Pod or its container went away since it was looked at.
            throw new ExecException.NotRunning(id, KubernetesErrors.text(refused), refused);
        }
    }
}
