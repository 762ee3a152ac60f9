/**
 * What the application needs from the outside, in its own words. Ports block, speak domain types only, and name what
 * they throw. Each has a contract in the testkit that every implementation passes.
 */
@NullMarked
package dev.sandkeep.application.port;

import org.jspecify.annotations.NullMarked;
