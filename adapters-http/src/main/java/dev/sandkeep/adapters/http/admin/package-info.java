/** What an operator asks of a running server. */
@NullMarked
package dev.sandkeep.adapters.http.admin;

import org.jspecify.annotations.NullMarked;
