/**
 * The worker of the sidecar that guards the network of one sandbox: it lives in the sandbox's network namespace, reads
 * its settings from the environment and joins the parts together.
 */
@NullMarked
package dev.sandkeep.egress;

import org.jspecify.annotations.NullMarked;
