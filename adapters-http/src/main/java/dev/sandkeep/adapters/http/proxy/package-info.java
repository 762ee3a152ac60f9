/**
 * The way from this server to the ports inside sandboxes. A request passes authentication first ({@link
 * dev.sandkeep.adapters.http.proxy.ProxiedPath} says which sandbox it is for), and is then handed on as it came but for
 * what {@link dev.sandkeep.adapters.http.proxy.RequestHeaders} and {@link
 * dev.sandkeep.adapters.http.proxy.ResponseHeaders} say.
 */
@NullMarked
package dev.sandkeep.adapters.http.proxy;

import org.jspecify.annotations.NullMarked;
