/** The sandbox routes: requests from the wire to the domain, and sandboxes from the domain to the wire. */
@NullMarked
package dev.sandkeep.adapters.http.sandbox;

import org.jspecify.annotations.NullMarked;
