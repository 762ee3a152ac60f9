/** Who may call: the API keys, of which only hashes are kept, and the name of the key that a request came with. */
@NullMarked
package dev.sandkeep.adapters.http.auth;

import org.jspecify.annotations.NullMarked;
