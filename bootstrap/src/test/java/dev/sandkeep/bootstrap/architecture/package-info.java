/** Holds the code against the architecture, and the pictures of the architecture against the code. */
@NullMarked
package dev.sandkeep.bootstrap.architecture;

import org.jspecify.annotations.NullMarked;
