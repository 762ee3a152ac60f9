/** Clients that tests talk to a server with. */
@NullMarked
package dev.sandkeep.testkit.client;

import org.jspecify.annotations.NullMarked;
