/**
 * The policy in force: where it is kept, how it reaches the packet filter before anybody sees it, and the HTTP API by
 * which its owner reads and changes it.
 */
@NullMarked
package dev.sandkeep.egress.policy;

import org.jspecify.annotations.NullMarked;
