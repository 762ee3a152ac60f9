package dev.sandkeep.domain.network;

import org.jspecify.annotations.Nullable;

/**
 * What the policy says, and why.
 *
 * @param decidedBy the first rule that matched, or null if none did and the default action decided
 */
public record Verdict(Action action, @Nullable NetworkRule decidedBy) {}
