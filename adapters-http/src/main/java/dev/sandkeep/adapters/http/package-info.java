/**
 * The HTTP server: what every request goes through, whatever its route. {@link dev.sandkeep.adapters.http.HttpServer}
 * puts it together; {@link dev.sandkeep.adapters.http.RequestGate} gives each request its id and turns away who has no
 * key, before anything is routed.
 */
@NullMarked
package dev.sandkeep.adapters.http;

import org.jspecify.annotations.NullMarked;
