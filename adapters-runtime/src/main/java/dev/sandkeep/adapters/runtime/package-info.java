/**
 * What the adapters of all container runtimes share: speaking with the worker of a sidecar, and noting a spec with what
 * was made of it, so that a server that lost its records can take the sandbox over. Knows no runtime.
 */
@NullMarked
package dev.sandkeep.adapters.runtime;

import org.jspecify.annotations.NullMarked;
