/** The use cases around the outbound network policy of a sandbox: to read it, to change it, and to see what it did. */
@NullMarked
package dev.sandkeep.application.network;

import org.jspecify.annotations.NullMarked;
