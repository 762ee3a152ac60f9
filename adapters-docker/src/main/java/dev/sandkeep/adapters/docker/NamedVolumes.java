package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.sandkeep.adapters.runtime.SandboxNotes;
import dev.sandkeep.application.port.RuntimePart;
import dev.sandkeep.domain.sandbox.SandboxId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The volumes that users name. Only one that this instance made for a sandbox is ever removed. Thread-safe. */
final class NamedVolumes {

    private static final Logger log = LoggerFactory.getLogger(NamedVolumes.class);

    private final DockerEngine engine;
    private final String instance;

    NamedVolumes(DockerEngine engine, String instance) {
        this.engine = engine;
        this.instance = instance;
    }

    Optional<InspectVolumeResponse> find(String name) {
        try {
            return Optional.of(engine.call(
                    "inspect a volume", client -> client.inspectVolumeCmd(name).exec()));
        } catch (DockerException refused) {
            if (DockerErrors.isNotFound(refused)) {
                return Optional.empty();
            }
            throw DockerErrors.unavailable("inspect a volume", refused);
        }
    }

    /** Whether it is of another server on the same engine, whose sandboxes are none of our business. */
    boolean isForeign(InspectVolumeResponse volume) {
        return volume.getLabels() != null
                && volume.getLabels().containsKey(ContainerLabels.INSTANCE)
                && !ContainerLabels.belongsTo(instance, volume.getLabels());
    }

    /** @throws DockerException if the engine refuses */
    void create(String name, SandboxId madeFor, boolean deleteWithSandbox) {
        engine.call(
                "make a volume",
                client -> client.createVolumeCmd()
                        .withName(name)
                        .withLabels(ContainerLabels.ofVolume(instance, madeFor, deleteWithSandbox))
                        .exec());
    }

    /** The names of the volumes that were made for this sandbox and are to go with it. */
    List<String> listRemnants(SandboxId id) {
        return list(ContainerLabels.SANDBOX_ID + "=" + id)
                .map(InspectVolumeResponse::getName)
                .toList();
    }

    /** The volumes that are to go with their sandbox, by sandbox. */
    Map<SandboxId, List<RuntimePart>> listByOwner() {
        Map<SandboxId, List<RuntimePart>> volumes = new LinkedHashMap<>();
        list().forEach(volume -> ContainerLabels.sandboxId(volume.getLabels())
                .ifPresent(id -> volumes.computeIfAbsent(id, _ -> new ArrayList<>())
                        .add(new RuntimePart(RuntimePart.Kind.VOLUME, volume.getName()))));
        return volumes;
    }

    private Stream<InspectVolumeResponse> list(String... labels) {
        List<String> all = Stream.concat(
                        Stream.of(
                                ContainerLabels.INSTANCE + "=" + instance, SandboxNotes.DELETE_WITH_SANDBOX + "=true"),
                        Stream.of(labels))
                .toList();
        try {
            List<InspectVolumeResponse> found = engine.call(
                    "list volumes",
                    client -> client.listVolumesCmd()
                            .withFilter("label", all)
                            .exec()
                            .getVolumes());
            // Checked again: an engine that does not know a filter may ignore it, and what is listed gets removed.
            return (found == null ? List.<InspectVolumeResponse>of() : found)
                    .stream()
                            .filter(volume -> ContainerLabels.belongsTo(instance, volume.getLabels()))
                            .filter(volume -> ContainerLabels.goesWithSandbox(volume.getLabels()));
        } catch (DockerException refused) {
            throw DockerErrors.unavailable("list volumes", refused);
        }
    }

    /** Removes a volume, unless somebody else uses it. */
    void remove(String name) {
        try {
            engine.call(
                    "remove a volume", client -> client.removeVolumeCmd(name).exec());
        } catch (DockerException refused) {
            if (DockerErrors.isConflict(refused)) {
                log.info("Volume {} stays: another container uses it", name);
            } else if (!DockerErrors.isNotFound(refused)) {
                throw DockerErrors.unavailable("remove a volume", refused);
            }
        }
    }
}
