/** The use cases, tested on the fakes of the testkit. They are here because the testkit depends on the application. */
@NullMarked
package dev.sandkeep.application;

import org.jspecify.annotations.NullMarked;
