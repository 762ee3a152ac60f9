package dev.sandkeep.adapters.http.snapshot;

import dev.sandkeep.adapters.http.json.ContentType;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.snapshot.SnapshotName;
import org.jspecify.annotations.Nullable;

/** The body of a request for a snapshot, which may as well be missing. */
record CreateSnapshotRequest(@Nullable SnapshotName name) {

    /**
     * The request in this body.
     *
     * @throws dev.sandkeep.domain.problem.InvalidValue with the problems of all fields
     * @throws dev.sandkeep.adapters.http.error.RefusedRequest if it is not JSON
     */
    static CreateSnapshotRequest from(byte[] bytes, @Nullable String contentType) {
        if (bytes.length == 0) {
            return new CreateSnapshotRequest(null);
        }
        ContentType.requireJson(contentType);
        Problems problems = new Problems();
        JsonObject body = JsonObject.root(Json.parse(bytes), problems);
        String text = body.text("name");
        SnapshotName name = text == null ? null : problems.collect(() -> new SnapshotName(text));
        problems.throwIfAny();
        return new CreateSnapshotRequest(name);
    }
}
