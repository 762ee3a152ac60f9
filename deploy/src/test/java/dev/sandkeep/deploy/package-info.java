/** The Helm chart and the plain manifests: valid, agreeing with each other, and allowing no more than the server needs. */
@NullMarked
package dev.sandkeep.deploy;

import org.jspecify.annotations.NullMarked;
