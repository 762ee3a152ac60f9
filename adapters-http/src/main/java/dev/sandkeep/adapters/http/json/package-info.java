/** Strict reading of JSON that strangers sent, field by field, and writing of our own. */
@NullMarked
package dev.sandkeep.adapters.http.json;

import org.jspecify.annotations.NullMarked;
