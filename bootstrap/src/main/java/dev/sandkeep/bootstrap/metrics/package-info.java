/** What the server measures of itself, for Prometheus. It wraps ports from outside, so that nobody inside knows of it. */
@NullMarked
package dev.sandkeep.bootstrap.metrics;

import org.jspecify.annotations.NullMarked;
