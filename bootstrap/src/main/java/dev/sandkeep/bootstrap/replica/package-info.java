/** Several servers on one database: what keeps their leases, and what stops a server that lost one. */
@NullMarked
package dev.sandkeep.bootstrap.replica;

import org.jspecify.annotations.NullMarked;
