package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.adapters.http.json.JsonObject;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.ImageRef;
import dev.sandkeep.domain.sandbox.RegistryCredentials;
import org.jspecify.annotations.Nullable;

/** The field {@code image}: which image, and what its registry asks for. */
record ImageRequest(ImageRef reference, @Nullable RegistryCredentials credentials) {

    /** Whether the body names an image; an empty one, as some clients send it, does not count. */
    static boolean isGiven(JsonObject body) {
        JsonObject image = body.object("image");
        String uri = image == null ? null : image.text("uri");
        return uri != null && !uri.isBlank();
    }

    /** Null if there is a problem with it, which was noted. */
    static @Nullable ImageRequest read(JsonObject body, Problems problems) {
        body.require("image", "an object like {\"uri\":\"python:3.11\"}, unless there is a snapshotId");
        JsonObject image = body.object("image");
        if (image == null) {
            return null;
        }
        RegistryCredentials credentials = credentials(image, problems);
        image.require("uri", "an image reference like python:3.11");
        String uri = image.text("uri");
        if (uri == null) {
            return null;
        }
        ImageRef reference = problems.collect(() -> ImageRef.parse(uri));
        return reference == null ? null : new ImageRequest(reference, credentials);
    }

    private static @Nullable RegistryCredentials credentials(JsonObject image, Problems problems) {
        JsonObject auth = image.object("auth");
        if (auth == null) {
            return null;
        }
        auth.require("username", "auth needs username and password");
        auth.require("password", "auth needs username and password");
        String username = auth.text("username");
        String password = auth.text("password");
        return username == null || password == null
                ? null
                : problems.collect(() -> new RegistryCredentials(username, password));
    }
}
