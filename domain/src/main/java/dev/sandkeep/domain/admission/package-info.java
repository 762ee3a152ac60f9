/** Whether a new sandbox may be taken on, beyond whether it could be made: the limits of what one owner may use. */
@NullMarked
package dev.sandkeep.domain.admission;

import org.jspecify.annotations.NullMarked;
