/** Finding out what is wrong with a sandbox, also after its end. */
@NullMarked
package dev.sandkeep.application.diagnostics;

import org.jspecify.annotations.NullMarked;
