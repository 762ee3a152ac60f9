/**
 * Puts the server together: reads the configuration, chooses the adapters, wires them by constructors, and drives what
 * happens by the clock. The only place that knows every module.
 */
@NullMarked
package dev.sandkeep.bootstrap;

import org.jspecify.annotations.NullMarked;
