package dev.sandkeep.adapters.http.sandbox;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a port of a sandbox.
 *
 * @param endpoint host, port and path without a scheme
 * @param headers to be sent with every request, or null if none is needed
 */
record EndpointResponse(String endpoint, @Nullable Map<String, String> headers) {}
