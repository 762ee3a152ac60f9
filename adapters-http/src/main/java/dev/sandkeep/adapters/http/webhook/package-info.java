/** Calls to those who want to be told of events: the one place where this adapter is called rather than calls. */
@NullMarked
package dev.sandkeep.adapters.http.webhook;

import org.jspecify.annotations.NullMarked;
