/** Commands and files of sandboxes, as the public execution API has them at port 44772. */
@NullMarked
package dev.sandkeep.adapters.http.exec;

import org.jspecify.annotations.NullMarked;
