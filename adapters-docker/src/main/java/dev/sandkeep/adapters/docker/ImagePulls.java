package dev.sandkeep.adapters.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AuthConfig;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.Platform;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gets images, and says which are there. Thread-safe. */
final class ImagePulls {

    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

    private final DockerEngine engine;
    private final Duration limit;

    ImagePulls(DockerEngine engine, Duration limit) {
        this.engine = engine;
        this.limit = limit;
    }

    /** Whether the engine has the image under this very reference and for this platform. */
    boolean has(ImageRef image, @Nullable Platform platform) {
        return find(image).filter(found -> isFor(platform, found)).isPresent();
    }

    void pull(
            ImageRef image,
            @Nullable Platform platform,
            @Nullable RegistryCredentials credentials,
            Consumer<String> progress) {
        // Also makes sure that the engine is there, so that what fails below is the fault of the registry.
        engine.ping();
        try (PullStream stream = new PullStream(image)) {
            command(image, platform, credentials).exec(stream);
            await(stream, image, credentials, progress);
        } catch (DockerException refused) {
            throw DockerErrors.pullFailed(image, DockerErrors.text(refused), credentials);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw DockerErrors.unavailable("pull an image", stopped);
        } catch (IOException notClosed) {
            throw new UncheckedIOException(notClosed);
        }
        InspectImageResponse pulled = find(image)
                .orElseThrow(() -> DockerErrors.pullFailed(
                        image, "the engine pulled it and does not have it afterwards", credentials));
        if (!isFor(platform, pulled)) {
            throw DockerErrors.pullFailed(
                    image,
                    "is for " + pulled.getOs() + "/" + pulled.getArch() + ", not for " + wanted(platform),
                    credentials);
        }
    }

    private PullImageCmd command(
            ImageRef image, @Nullable Platform platform, @Nullable RegistryCredentials credentials) {
        PullImageCmd command = engine.streams()
                .pullImageCmd(image.repository())
                .withTag(image.digest() == null ? image.tag() : image.digest());
        if (platform != null) {
            command.withPlatform(platform.toString());
        }
        if (credentials != null) {
            command.withAuthConfig(new AuthConfig()
                    .withUsername(credentials.username())
                    .withPassword(credentials.password())
                    .withRegistryAddress(image.registry()));
        }
        return command;
    }

    /** On the caller's thread, so that what {@code progress} throws ends the pull and reaches the caller. */
    private void await(
            PullStream stream, ImageRef image, @Nullable RegistryCredentials credentials, Consumer<String> progress)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        String told = "";
        while (!stream.awaitEnd(PROGRESS_EVERY)) {
            if (System.nanoTime() - deadline > 0) {
                engine.ping();
                throw DockerErrors.pullFailed(
                        image, "pulling it took longer than " + limit.toSeconds() + " s", credentials);
            }
            String now = stream.progress();
            if (!now.equals(told)) {
                progress.accept(now);
                told = now;
            }
        }
        stream.throwIfCut();
        stream.failure().ifPresent(why -> {
            throw DockerErrors.pullFailed(image, why, credentials);
        });
    }

    private Optional<InspectImageResponse> find(ImageRef image) {
        try {
            return Optional.of(engine.call(
                            "inspect an image",
                            client -> client.inspectImageCmd(ContainerSpecs.imageName(image))
                                    .exec()))
                    .filter(found -> carries(image, found));
        } catch (DockerException refused) {
            if (DockerErrors.isNotFound(refused)) {
                return Optional.empty();
            }
            throw DockerErrors.unavailable("inspect an image", refused);
        }
    }

    /** An engine also finds images by parts of their ids, and those belong to whoever they belong to. */
    private static boolean carries(ImageRef image, InspectImageResponse found) {
        String name = ContainerSpecs.imageName(image);
        return Stream.of(found.getRepoTags(), found.getRepoDigests())
                .flatMap(references -> (references == null ? List.<String>of() : references).stream())
                .flatMap(reference -> fullName(reference).stream())
                .anyMatch(name::equals);
    }

    private static Optional<String> fullName(String reference) {
        try {
            return Optional.of(ContainerSpecs.imageName(ImageRef.parse(reference)));
        } catch (InvalidValue dangling) {
            // For example "<none>:<none>".
            return Optional.empty();
        }
    }

    private boolean isFor(@Nullable Platform platform, InspectImageResponse image) {
        return wanted(platform).equals(image.getOs() + "/" + image.getArch());
    }

    private String wanted(@Nullable Platform platform) {
        EngineFacts facts = engine.facts();
        return platform == null ? facts.os() + "/" + facts.architecture() : platform.toString();
    }
}
