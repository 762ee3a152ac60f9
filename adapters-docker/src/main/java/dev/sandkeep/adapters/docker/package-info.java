/**
 * Sandboxes as containers of a Docker engine (Docker 20.10 or later, or what speaks its API). Pure translators say what
 * to create ({@code ContainerSpecs}), what was seen ({@code ContainerObservations}) and what a container's labels mean
 * ({@code ContainerLabels}); everything else is thin input and output round one engine.
 */
@NullMarked
package dev.sandkeep.adapters.docker;

import org.jspecify.annotations.NullMarked;
