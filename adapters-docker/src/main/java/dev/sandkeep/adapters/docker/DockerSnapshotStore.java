package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Image;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException.SaveFailed;
import dev.sandkeep.domain.snapshot.SnapshotReason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots as images of a Docker engine. The engine's own copy of a container keeps its environment and labels and
 * offers no way to leave them out, so that copy is a draft only: the snapshot is made of its layers and of the
 * configuration of the image that the container came from. Thread-safe.
 */
public final class DockerSnapshotStore implements SnapshotStore {

    private final DockerEngine engine;
    private final Containers containers;
    private final SnapshotImages images;
    private final Standstills standstills;
    private final String instance;
    private final Duration limit;
    private final InstantSource clock;

    DockerSnapshotStore(
            DockerEngine engine,
            Containers containers,
            Standstills standstills,
            DockerConfig config,
            InstantSource clock) {
        this.engine = engine;
        this.containers = containers;
        this.images = new SnapshotImages(engine, config.instance());
        this.standstills = standstills;
        this.instance = config.instance();
        this.limit = config.snapshotTimeout();
        this.clock = clock;
    }

    @Override
    public DiskUse save(Snapshot snapshot) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            ImageFacts image = images.find(snapshot.id()).orElseGet(() -> make(snapshot, deadline));
            images.removeLeftovers(snapshot.id());
            return SnapshotLabels.diskUse(image.labels(), image.sizeBytes());
        } catch (DockerException refused) {
            throw failed("The engine refused: " + DockerErrors.text(refused), refused);
        } catch (RuntimeUnavailable away) {
            if (left(deadline).isPositive()) {
                throw away;
            }
            // Slow, or away? What a slow engine still makes is found by its labels later.
            engine.ping();
            throw new SaveFailed(
                    SnapshotReason.SNAPSHOT_RUNTIME_TIMEOUT,
                    "The engine did not save the files within " + limit.toSeconds() + " s",
                    away);
        }
    }

    private ImageFacts make(Snapshot snapshot, long deadline) {
        String draft = images.findDraft(snapshot.id())
                .orElseGet(() -> standstills.save(snapshot.sandboxId(), () -> commit(snapshot, deadline)));
        SnapshotImage image = describe(snapshot, draft);
        if (!images.make(image, draft, left(deadline))) {
            throw failed("The engine did not make an image of the files", null);
        }
        return images.find(snapshot.id())
                .orElseThrow(() -> failed("The image of the files was removed by somebody else", null));
    }

    private String commit(Snapshot snapshot, long deadline) {
        InspectContainerResponse container = containers
                .find(snapshot.sandboxId())
                .orElseThrow(() -> new SaveFailed(
                        SnapshotReason.SNAPSHOT_SOURCE_GONE, "The sandbox was gone before its files were saved", null));
        Map<String, String> labels = SnapshotLabels.ofDraft(instance, snapshot.id(), container.getImageId());
        Supplier<String> commit = () -> images.commit(container.getId(), labels, left(deadline));
        // One that is paused stays paused, and is to be seen so.
        return Boolean.TRUE.equals(container.getState().getPaused())
                ? commit.get()
                : standstills.during(snapshot.sandboxId(), commit);
    }

    private SnapshotImage describe(Snapshot snapshot, String draftId) {
        ImageFacts draft = images.inspect(draftId)
                .orElseThrow(() -> failed("What the engine saved was removed by somebody else", null));
        ImageFacts base = SnapshotLabels.base(draft.labels())
                .flatMap(images::inspect)
                .orElseThrow(
                        () -> failed("The image that the sandbox was made from is not on the host any more", null));
        long unique = Math.max(0, draft.sizeBytes() - base.sizeBytes());
        return new SnapshotImage(
                SnapshotLabels.imageName(instance, snapshot.id()),
                draft.os(),
                draft.architecture(),
                draft.variant(),
                draft.created(),
                SnapshotImage.config(base.config(), SnapshotLabels.ofImage(instance, snapshot, unique)),
                draft.layers());
    }

    @Override
    public boolean remove(SnapshotId id) {
        images.removeLeftovers(id);
        return images.find(id).isEmpty() || images.remove(SnapshotLabels.imageName(instance, id));
    }

    @Override
    public Optional<SavedSnapshot> find(SnapshotId id) {
        return list().stream().filter(saved -> saved.id().equals(id)).findFirst();
    }

    @Override
    public List<SavedSnapshot> list() {
        Map<SnapshotId, SavedSnapshot> saved = new LinkedHashMap<>();
        for (Image image : images.list()) {
            SavedSnapshot seen = seen(image);
            saved.merge(seen.id(), seen, DockerSnapshotStore::together);
        }
        return List.copyOf(saved.values());
    }

    private SavedSnapshot seen(Image image) {
        boolean complete = images.isFinished(image);
        return new SavedSnapshot(
                SnapshotLabels.snapshotId(image.getLabels()).orElseThrow(),
                complete,
                !complete,
                complete ? SnapshotLabels.adoptable(image.getLabels(), image.getSize(), clock.instant()) : null);
    }

    private static SavedSnapshot together(SavedSnapshot one, SavedSnapshot other) {
        return new SavedSnapshot(
                one.id(),
                one.complete() || other.complete(),
                one.leftovers() || other.leftovers(),
                one.adoptable() == null ? other.adoptable() : one.adoptable());
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(deadline - System.nanoTime());
    }

    private static SaveFailed failed(String message, @Nullable Throwable cause) {
        return new SaveFailed(SnapshotReason.SNAPSHOT_RUNTIME_FAILED, message, cause);
    }
}
