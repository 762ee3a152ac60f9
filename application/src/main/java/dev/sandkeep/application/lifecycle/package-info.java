/** What a user can do with sandboxes: one class per use case, one public method named by its verb. */
@NullMarked
package dev.sandkeep.application.lifecycle;

import org.jspecify.annotations.NullMarked;
