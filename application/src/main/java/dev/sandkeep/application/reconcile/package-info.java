/**
 * What the server does by itself so that records and reality agree: expire, observe, adopt, clean up, purge. Ticked from
 * outside; there is no thread in here.
 */
@NullMarked
package dev.sandkeep.application.reconcile;

import org.jspecify.annotations.NullMarked;
