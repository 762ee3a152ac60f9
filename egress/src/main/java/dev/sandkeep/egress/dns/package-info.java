/**
 * Answers the sandbox's DNS queries: reads untrusted messages strictly (RFC 1035, RFC 6891), asks the policy about the
 * name, forwards what is allowed to the real resolvers, and lets no answer out before its addresses can be reached.
 */
@NullMarked
package dev.sandkeep.egress.dns;

import org.jspecify.annotations.NullMarked;
