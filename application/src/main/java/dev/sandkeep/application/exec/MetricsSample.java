package dev.sandkeep.application.exec;

import dev.sandkeep.domain.exec.ExecException;
import dev.sandkeep.domain.exec.SandboxMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the control group of a sandbox says at one moment.
 *
 * @param cpus how many processors it may use
 * @param usedNanos how long it used them since it began
 */
record MetricsSample(Instant at, double cpus, long usedNanos, long memoryBytes, long memoryUsedBytes) {

    private static final long KIB = 1024;
    private static final int PERCENT = 100;

    /**
     * Writes the numbers of {@link #PATTERN} into {@code m}, with a dash for what there is not. The files are those of
     * both versions of control groups; a container sees its own there. Only builtins of a shell are used.
     */
    static final String FUNCTIONS = """
            c=/sys/fs/cgroup
            first() { v=; read -r v <"$1"; [ -n "$v" ] || v=-; }
            named() { v=-; while read -r k n r; do [ "$k" != "$2" ] || { v=$n; break; }; done <"$1"; }
            p=0; while read -r k r; do [ "$k" != processor ] || p=$((p + 1)); done </proc/cpuinfo
            measure() {
            if [ -f $c/cgroup.controllers ]; then
            named $c/cpu.stat usage_usec; m=$v; [ "$v" = - ] || m=${v}000
            first $c/cpu.max; [ "$v" != - ] || v='- -'; m="$m $v"
            first $c/memory.max; m="$m $v"
            first $c/memory.current; m="$m $v"
            named $c/memory.stat inactive_file; m="$m $v"
            else
            first $c/cpuacct/cpuacct.usage; m=$v
            first $c/cpu/cpu.cfs_quota_us; m="$m $v"
            first $c/cpu/cpu.cfs_period_us; m="$m $v"
            first $c/memory/memory.limit_in_bytes; m="$m $v"
            first $c/memory/memory.usage_in_bytes; m="$m $v"
            named $c/memory/memory.stat total_inactive_file; m="$m $v"
            fi
            named /proc/meminfo MemTotal:; m="$m $v"
            named /proc/meminfo MemAvailable:; m="$m $v $p"
            }
            """;

    /** Time used, quota and period, limit and use of memory, cache that is given up first; and what the machine has. */
    private static final Pattern PATTERN = Pattern.compile("(\\d{1,18}) (\\d{1,18}|-1|max|-) (\\d{1,18}|-)"
            + " (\\d{1,19}|max|-) (\\d{1,19}|-) (\\d{1,19}|-) (\\d{1,15}) (\\d{1,15}|-) (\\d{1,6})");

    /** @throws ExecException.Failed if the sandbox does not show its control group */
    static MetricsSample of(String line, Instant at) {
        Matcher facts = PATTERN.matcher(line.strip());
        if (!facts.matches()) {
            throw new ExecException.Failed("The sandbox does not show its control group below /sys/fs/cgroup");
        }
        long quota = number(facts, 2, -1);
        long period = number(facts, 3, 0);
        long processors = Math.max(1, number(facts, 9, 1));
        long machine = number(facts, 7, 0) * KIB;
        long limit = Math.min(machine, number(facts, 4, Long.MAX_VALUE));
        // The control group of the whole machine has no number of its own for this.
        long used = number(facts, 5, machine - number(facts, 8, 0) * KIB);
        long cached = facts.group(5).equals("-") ? 0 : number(facts, 6, 0);
        return new MetricsSample(
                at,
                quota > 0 && period > 0 ? Math.min((double) processors, (double) quota / period) : (double) processors,
                number(facts, 1, 0),
                limit,
                Math.clamp(used - cached, 0, limit));
    }

    private static long number(Matcher facts, int group, long otherwise) {
        String text = facts.group(group);
        return text.equals("-") || text.equals("max") ? otherwise : Long.parseLong(text);
    }

    /** What was used between an earlier moment and this one. */
    SandboxMetrics since(MetricsSample earlier) {
        double available = Duration.between(earlier.at, at).toNanos() * cpus;
        double percent = available <= 0 ? 0 : PERCENT * (usedNanos - earlier.usedNanos) / available;
        return new SandboxMetrics(cpus, Math.clamp(percent, 0, PERCENT), memoryBytes, memoryUsedBytes, at);
    }
}
