/** Tests of what goes into the image beside the program. */
@NullMarked
package dev.sandkeep.egress.image;

import org.jspecify.annotations.NullMarked;
