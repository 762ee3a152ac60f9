package dev.sandkeep.application.port;

import dev.sandkeep.domain.network.NetworkPolicy;

/**
 * A policy that holds for a sandbox.
 *
 * @param revision {@link dev.sandkeep.domain.sandbox.Sandbox#policyRevision()} of the sandbox that it was enforced for
 */
public record EnforcedPolicy(NetworkPolicy policy, long revision) {}
