package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import dev.sandkeep.adapters.docker.SidecarSpecs.Kind;
import dev.sandkeep.adapters.runtime.WorkerAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A sidecar as the engine describes it.
 *
 * @param container the id of its container
 * @param running whether its supervisor runs, and with it the rules are in force
 * @param address where its worker listens on the sandbox network; empty if it is not running
 * @param key the key that its worker knows
 * @param kind what it begins with
 * @param stoppedAt when it stopped the last time; long ago if it never did
 */
record Sidecar(String container, boolean running, String address, String key, Kind kind, Instant stoppedAt) {

    static Sidecar of(InspectContainerResponse found) {
        String stoppedAt = found.getState().getFinishedAt();
        return new Sidecar(
                found.getId(),
                Boolean.TRUE.equals(found.getState().getRunning()),
                addressOf(found),
                variable(found, SidecarSpecs.KEY),
                SidecarSpecs.kindOf(variable(found, SidecarSpecs.START)),
                stoppedAt == null || stoppedAt.isEmpty() ? Instant.EPOCH : Instant.parse(stoppedAt));
    }

    WorkerAddress worker() {
        return new WorkerAddress(address, WorkerAddress.PORT, key);
    }

    private static String variable(InspectContainerResponse found, String name) {
        String prefix = name + "=";
        String[] env = found.getConfig().getEnv();
        return Stream.of(env == null ? new String[0] : env)
                .filter(variable -> variable.startsWith(prefix))
                .map(variable -> variable.substring(prefix.length()))
                .findFirst()
                .orElse("");
    }

    private static String addressOf(InspectContainerResponse found) {
        return found.getNetworkSettings().getNetworks().values().stream()
                .flatMap(network -> Optional.ofNullable(network).map(ContainerNetwork::getIpAddress).stream())
                .filter(address -> !address.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Sidecar[" + container + "]";
    }
}
