/** Files of sandboxes, by the programs that the sandboxes have for that. */
@NullMarked
package dev.sandkeep.application.file;

import org.jspecify.annotations.NullMarked;
