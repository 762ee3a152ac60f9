/**
 * Benchmarks of the server as it is shipped, beside the engine's own API in the same run. They print Markdown and assert
 * nothing: a number depends on the machine, a ratio less so.
 */
@NullMarked
package dev.sandkeep.bench;

import org.jspecify.annotations.NullMarked;
