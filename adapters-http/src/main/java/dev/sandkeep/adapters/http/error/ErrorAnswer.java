package dev.sandkeep.adapters.http.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to answer a request that failed.
 *
 * @param retryAfter when trying again makes sense, or null if it does not
 */
public record ErrorAnswer(
        int status, ErrorBody body, @Nullable Duration retryAfter) {}
