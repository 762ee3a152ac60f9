/** Terminals of sandboxes: shells that go on while clients come and go. */
@NullMarked
package dev.sandkeep.application.terminal;

import org.jspecify.annotations.NullMarked;
