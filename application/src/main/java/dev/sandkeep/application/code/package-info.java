/**
 * Code that keeps its state from one piece to the next. The interpreter is that of the image; a driver that comes along
 * its input gives it the code, and tells what came of it in marks.
 */
@NullMarked
package dev.sandkeep.application.code;

import org.jspecify.annotations.NullMarked;
