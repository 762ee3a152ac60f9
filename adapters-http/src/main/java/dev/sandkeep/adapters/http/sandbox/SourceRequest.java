package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import dev.sandkeep.domain.sandbox.SnapshotId;
import dev.sandkeep.domain.sandbox.Source;
import dev.sandkeep.domain.snapshot.SnapshotException;
import org.jspecify.annotations.Nullable;

/** The fields {@code image} and {@code snapshotId}, of which a request has one. */
sealed interface SourceRequest {

    /** Whether the files alone say what to run when the request does not. */
    boolean needsEntrypoint();

    /** For the image's registry, or null. */
    @Nullable
    RegistryCredentials credentials();

    /**
     * The source that is meant.
     *
     * @throws SnapshotException.NotFound if no snapshot can have such an id
     */
    Source toDomain();

    /** Null if there is a problem with it, which was noted. */
    static @Nullable SourceRequest read(JsonObject body, Problems problems) {
        String snapshot = body.text("snapshotId");
        if (snapshot == null || snapshot.isBlank()) {
            return ofImage(body, problems);
        }
        if (ImageRequest.isGiven(body)) {
            body.problem("snapshotId", "give either an image or a snapshotId");
        }
        return new OfSnapshot(snapshot);
    }

    private static @Nullable SourceRequest ofImage(JsonObject body, Problems problems) {
        ImageRequest image = ImageRequest.read(body, problems);
        return image == null ? null : new OfImage(image);
    }

    record OfImage(ImageRequest image) implements SourceRequest {

        @Override
        public boolean needsEntrypoint() {
            return true;
        }

        @Override
        public @Nullable RegistryCredentials credentials() {
            return image.credentials();
        }

        @Override
        public Source toDomain() {
            return new Source.Image(image.reference(), image.credentials() != null);
        }
    }

    record OfSnapshot(String id) implements SourceRequest {

        @Override
        public boolean needsEntrypoint() {
            return false;
        }

        @Override
        public @Nullable RegistryCredentials credentials() {
            return null;
        }

        /** What cannot be an id is no snapshot either. It is not repeated: it may be anything. */
        @Override
        public Source toDomain() {
            return new Source.Snapshot(SnapshotId.find(id)
                    .orElseThrow(() -> new SnapshotException.NotFound("with an id that is not a version 4 UUID")));
        }
    }
}
