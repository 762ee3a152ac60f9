package dev.sandkeep.domain.exec;

import java.time.Instant;

/**
 * What a sandbox may use, and uses.
 *
 * @param cpus how many it may use, with fractions; those of the machine if it is not limited
 * @param cpuPercent how much of them it used lately, from 0 to 100
 * @param memoryBytes how much it may use; that of the machine if it is not limited
 * @param memoryUsedBytes how much of it is in use, without the part of the file cache that is given up first
 * @param at when that was
 */
public record SandboxMetrics(double cpus, double cpuPercent, long memoryBytes, long memoryUsedBytes, Instant at) {}
