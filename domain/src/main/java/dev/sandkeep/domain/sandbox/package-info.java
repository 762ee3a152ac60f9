/**
 * The sandbox: its identity, what was asked for ({@link dev.sandkeep.domain.sandbox.SandboxSpec}), and the state
 * machine that says what may happen to it next. Pure values; time and ids come in as arguments.
 */
@NullMarked
package dev.sandkeep.domain.sandbox;

import org.jspecify.annotations.NullMarked;
