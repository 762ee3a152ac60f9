/** Who does what the application does. */
@NullMarked
package dev.sandkeep.application.audit;

import org.jspecify.annotations.NullMarked;
