/**
 * Sandboxes as Pods of a Kubernetes cluster. {@code PodSpecs} says what to make and {@code PodObservations} what the
 * cluster's words mean, both without a cluster; everything else is calls and one watch. No type of the cluster leaves
 * this package.
 */
@NullMarked
package dev.sandkeep.adapters.k8s;

import org.jspecify.annotations.NullMarked;
