package dev.sandkeep.adapters.http.sandbox;

import java.util.Map;

/**
 * How to reach a port of a sandbox.
 *
 * @param endpoint host, port and path without a scheme
 * @param headers to be sent with every request
 */
record EndpointResponse(String endpoint, Map<String, String> headers) {}
