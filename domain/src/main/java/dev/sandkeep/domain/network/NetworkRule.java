package dev.sandkeep.domain.network;

/** Allow or deny one target. */
public record NetworkRule(Action action, Target target) {}
