package dev.sandkeep.adapters.http.diagnostics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Content, or where it is to be fetched.
 *
 * @param delivery {@code inline} or {@code url}
 * @param contentUrl opens without an API key until {@code expiresAt}
 * @param contentLength in bytes
 */
record DiagnosticsResponse(
        String sandboxId,
        String kind,
        String scope,
        String delivery,
        String contentType,
        boolean truncated,
        @Nullable String content,
        @Nullable String contentUrl,
        @Nullable String expiresAt,
        long contentLength,
        @Nullable List<String> warnings) {}
