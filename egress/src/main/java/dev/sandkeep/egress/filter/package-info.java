/**
 * The packet filter of one sandbox: nftables rules written as text from the policy, given to nft in one transaction,
 * and the addresses that allowed names lead to, which join the rules as they are looked up.
 */
@NullMarked
package dev.sandkeep.egress.filter;

import org.jspecify.annotations.NullMarked;
