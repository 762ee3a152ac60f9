/** What the pages in {@code docs} promise is held against the code. */
@NullMarked
package dev.sandkeep.bootstrap.documentation;

import org.jspecify.annotations.NullMarked;
