/** The OpenAPI document and the page to browse it, served from the class path to anybody. */
@NullMarked
package dev.sandkeep.adapters.http.docs;

import org.jspecify.annotations.NullMarked;
