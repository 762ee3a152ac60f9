/** Telling what becomes of sandboxes: to those who watch, to those who look back, and to those who are called. */
@NullMarked
package dev.sandkeep.application.journal;

import org.jspecify.annotations.NullMarked;
