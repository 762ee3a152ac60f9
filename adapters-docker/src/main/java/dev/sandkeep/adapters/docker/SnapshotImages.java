package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Image;
import dev.sandkeep.domain.sandbox.SnapshotId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images of the snapshots of one instance. A draft is what the engine makes of a container, with everything that it
 * knows of that; it has no name, so that nobody can use it. Thread-safe.
 */
final class SnapshotImages {

    private static final Logger log = LoggerFactory.getLogger(SnapshotImages.class);
    private static final int PIPE_BYTES = 1 << 20;

    private final DockerEngine engine;
    private final String instance;

    SnapshotImages(DockerEngine engine, String instance) {
        this.engine = engine;
        this.instance = instance;
    }

    /** The finished image of a snapshot. */
    Optional<ImageFacts> find(SnapshotId id) {
        return inspect(SnapshotLabels.imageName(instance, id))
                .filter(image -> ContainerLabels.belongsTo(instance, image.labels()));
    }

    Optional<ImageFacts> inspect(String nameOrId) {
        try {
            return Optional.of(engine.call(
                    "inspect an image",
                    client -> ImageFacts.of(client.inspectImageCmd(nameOrId).exec())));
        } catch (DockerException refused) {
            if (DockerErrors.isNotFound(refused)) {
                return Optional.empty();
            }
            throw DockerErrors.unavailable("inspect an image", refused);
        }
    }

    /** Finished images and leftovers. */
    List<Image> list() {
        try {
            // Checked again: an engine that does not know a filter may ignore it, and what is listed gets removed.
            return engine
                    .call(
                            "list images",
                            client -> client.listImagesCmd()
                                    .withLabelFilter(Map.of(ContainerLabels.INSTANCE, instance))
                                    .exec())
                    .stream()
                    .filter(image -> ContainerLabels.belongsTo(instance, image.getLabels()))
                    .filter(image -> isFinished(image) || isLeftover(image))
                    .toList();
        } catch (DockerException refused) {
            throw DockerErrors.unavailable("list images", refused);
        }
    }

    /** Whatever labels an image has: only a server can give it the name of a snapshot. */
    boolean isFinished(Image image) {
        return SnapshotLabels.snapshotId(image.getLabels())
                .filter(id -> names(image).anyMatch(SnapshotLabels.imageName(instance, id)::equals))
                .isPresent();
    }

    /**
     * A draft, or an image that was finished but for its name when the engine was killed. What somebody made of a sandbox
     * that was started from a snapshot has the labels of its container as well, and is none of these.
     */
    private static boolean isLeftover(Image image) {
        return SnapshotLabels.snapshotId(image.getLabels()).isPresent()
                && (isDraft(image)
                        || ContainerLabels.sandboxId(image.getLabels()).isEmpty())
                && names(image).findAny().isEmpty();
    }

    private static boolean isDraft(Image image) {
        return SnapshotLabels.base(image.getLabels()).isPresent();
    }

    private static Stream<String> names(Image image) {
        return Stream.ofNullable(image.getRepoTags()).flatMap(Stream::of).filter(name -> !name.startsWith("<none>"));
    }

    /** What the files can be taken from again. */
    Optional<String> findDraft(SnapshotId id) {
        return leftovers(id).filter(SnapshotImages::isDraft).map(Image::getId).findFirst();
    }

    /** Whatever is of no use any more once the image of the snapshot is there, or is not wanted. */
    void removeLeftovers(SnapshotId id) {
        leftovers(id).map(Image::getId).toList().forEach(this::remove);
    }

    private Stream<Image> leftovers(SnapshotId id) {
        return list().stream()
                .filter(SnapshotImages::isLeftover)
                .filter(image -> SnapshotLabels.snapshotId(image.getLabels())
                        .filter(id::equals)
                        .isPresent());
    }

    /**
     * Makes a draft of a container, whose processes stand still meanwhile.
     *
     * @return its id
     * @throws DockerException if the engine refuses
     */
    String commit(String container, Map<String, String> labels, Duration limit) {
        return engine.call(
                "save the files of a container",
                limit,
                client -> client.commitCmd(container)
                        .withPause(true)
                        .withLabels(labels)
                        .exec());
    }

    /**
     * Makes an image of layers that the engine has. Engines that keep images as they were pulled want the layers again;
     * those get them from themselves, through us.
     *
     * @param draft an image with the same layers
     * @throws DockerException if the engine refuses
     * @return whether it is there now; otherwise the reason was logged
     */
    boolean make(SnapshotImage image, String draft, Duration limit) {
        byte[] small = ImageArchives.withoutLayers(image);
        return made(image, load(new ByteArrayInputStream(small), limit)) || makeWithLayers(image, draft, limit);
    }

    boolean makeWithLayers(SnapshotImage image, String draft, Duration limit) {
        return made(image, engine.call("copy an image", limit, client -> {
            try (PipedInputStream in = new PipedInputStream(PIPE_BYTES);
                    PipedOutputStream out = new PipedOutputStream(in)) {
                Thread copying = Thread.ofVirtual().name("docker-copy").start(() -> copy(image, draft, out));
                try {
                    return load(in, limit);
                } finally {
                    copying.interrupt();
                }
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }));
    }

    private void copy(SnapshotImage image, String draft, PipedOutputStream to) {
        try (to;
                InputStream saved = engine.streams().saveImageCmd(draft).exec()) {
            ImageArchives.copyLayers(saved, image, to);
        } catch (IOException | DockerException broken) {
            // The engine gets half an archive, and refuses it.
            log.warn("The layers of image {} could not be copied: {}", draft, broken.toString());
        }
    }

    private boolean made(SnapshotImage image, Optional<String> failure) {
        failure.ifPresent(why -> log.debug("The engine did not make {}: {}", image.name(), why));
        return inspect(image.name())
                .filter(made -> image.layers().equals(made.layers()))
                .isPresent();
    }

    /** What was wrong with the archive, in the engine's words; nothing if it was read. */
    private Optional<String> load(InputStream archive, Duration limit) {
        return engine.call("read an image", limit, client -> {
            LoadStream stream = new LoadStream();
            try (stream) {
                client.loadImageAsyncCmd(archive).exec(stream).awaitCompletion();
                return stream.failure();
            } catch (InterruptedException late) {
                Thread.currentThread().interrupt();
                throw DockerErrors.unavailable("read an image", late);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
    }

    /** Whether it is gone; false if a container needs it. */
    boolean remove(String nameOrId) {
        try {
            engine.call(
                    "remove an image",
                    client -> client.removeImageCmd(nameOrId).withForce(false).exec());
            return true;
        } catch (DockerException refused) {
            if (DockerErrors.isNotFound(refused)) {
                return true;
            }
            if (DockerErrors.isConflict(refused)) {
                log.debug("Image {} stays: {}", nameOrId, DockerErrors.text(refused));
                return false;
            }
            throw DockerErrors.unavailable("remove an image", refused);
        }
    }
}
