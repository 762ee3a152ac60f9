/**
 * The outbound network policy of a sandbox: rules over domain names, addresses and address blocks, evaluated first
 * match wins. Pure values, so that the same code validates a request and decides on a packet.
 */
@NullMarked
package dev.sandkeep.domain.network;

import org.jspecify.annotations.NullMarked;
