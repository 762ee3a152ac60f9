/** Classes that break the rules of their layer on purpose; see ArchitectureRulesTest. */
@NullMarked
package dev.sandkeep.adapters.runtime.violation;

import org.jspecify.annotations.NullMarked;
