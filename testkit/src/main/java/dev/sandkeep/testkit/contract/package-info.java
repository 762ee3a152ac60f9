/** What every implementation of a port promises, as JUnit interfaces: implement one, and its tests run. */
@NullMarked
package dev.sandkeep.testkit.contract;

import org.jspecify.annotations.NullMarked;
