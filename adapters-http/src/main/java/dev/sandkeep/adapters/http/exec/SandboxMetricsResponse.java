package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sandkeep.domain.exec.SandboxMetrics;

/** What a sandbox may use, and uses, in the numbers of the public API. */
record SandboxMetricsResponse(
        @JsonProperty("cpu_count") double cpuCount,
        @JsonProperty("cpu_used_pct") double cpuUsedPct,
        @JsonProperty("mem_total_mib") double memTotalMib,
        @JsonProperty("mem_used_mib") double memUsedMib,
        @JsonProperty("timestamp") long timestamp) {

    private static final double MIB = 1024.0 * 1024;

    static SandboxMetricsResponse from(SandboxMetrics metrics) {
        return new SandboxMetricsResponse(
                rounded(metrics.cpus()),
                rounded(metrics.cpuPercent()),
                rounded(metrics.memoryBytes() / MIB),
                rounded(metrics.memoryUsedBytes() / MIB),
                metrics.at().toEpochMilli());
    }

    private static double rounded(double number) {
        return Math.round(number * 1000) / 1000.0;
    }
}
