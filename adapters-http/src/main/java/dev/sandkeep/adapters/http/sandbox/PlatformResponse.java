package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.sandbox.Platform;
import org.jspecify.annotations.Nullable;

/** The field {@code platform} of a sandbox, if one was asked for. */
record PlatformResponse(String os, String arch) {

    static @Nullable PlatformResponse from(@Nullable Platform platform) {
        return platform == null ? null : new PlatformResponse(platform.os(), platform.arch());
    }
}
