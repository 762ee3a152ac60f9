/** Logs and events of a sandbox, to find out what is wrong with it. */
@NullMarked
package dev.sandkeep.adapters.http.diagnostics;

import org.jspecify.annotations.NullMarked;
