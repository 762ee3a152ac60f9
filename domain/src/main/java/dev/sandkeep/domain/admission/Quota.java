package dev.sandkeep.domain.admission;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.ResourceName;
import dev.sandkeep.domain.sandbox.SandboxException.Overloaded;
import dev.sandkeep.domain.sandbox.SandboxException.QuotaExceeded;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The most that one owner may use at a time. A limit that is null does not limit.
 *
 * @param sandboxes how many sandboxes may be there that have not ended
 * @param createsPerMinute how many may be created within {@link #WINDOW}
 * @param cpu the sum of their CPU limits, in nano CPUs
 * @param memory the sum of their memory limits, in bytes
 */
public record Quota(
        @Nullable Integer sandboxes,
        @Nullable Integer createsPerMinute,
        @Nullable Long cpu,
        @Nullable Long memory) {

    /** The time within which creates are counted. */
    public static final Duration WINDOW = Duration.ofMinutes(1);

    private static final Quota NONE = new Quota(null, null, null, null);
    private static final int NANO_DIGITS = 9;
    private static final long MEBIBYTE = 1L << 20;

    /** Limits nothing. */
    public static Quota none() {
        return NONE;
    }

    public boolean limitsNothing() {
        return equals(NONE);
    }

    /**
     * Checks that one more sandbox with these limits is within the quota.
     *
     * @throws QuotaExceeded if it is not, until another one ends
     * @throws Overloaded if it is not now, but will be by itself
     * @throws InvalidValue if a sum is limited and the sandbox would have no limit to add to it
     */
    public void require(ResourceLimits asked, Usage usage, Instant now) {
        requireCreate(usage, now);
        if (sandboxes != null && usage.sandboxes() >= sandboxes) {
            throw new QuotaExceeded("sandboxes: your API key may have " + sandboxes + " at a time and has "
                    + usage.sandboxes() + "; delete one first");
        }
        requireSum(ResourceName.CPU, asked, usage.cpu(), cpu);
        requireSum(ResourceName.MEMORY, asked, usage.memory(), memory);
    }

    private void requireCreate(Usage usage, Instant now) {
        if (createsPerMinute == null || usage.creates().size() < createsPerMinute) {
            return;
        }
        Instant free = usage.creates().get(createsPerMinute - 1).plus(WINDOW);
        throw new Overloaded(
                "creates per minute: your API key may create " + createsPerMinute
                        + " sandboxes in a minute and has created "
                        + usage.creates().size() + "; try again later",
                Duration.between(now, free).plusSeconds(1));
    }

    private static void requireSum(ResourceName resource, ResourceLimits asked, long used, @Nullable Long most) {
        if (most == null) {
            return;
        }
        OptionalLong more = asked.amount(resource);
        if (more.isEmpty()) {
            throw new InvalidValue(
                    "resourceLimits." + resource.word(), "must be given, since your API key has a quota of it");
        }
        if (more.getAsLong() > most - used) {
            throw new QuotaExceeded(resource.word() + ": your API key may use " + show(resource, most)
                    + " in all, uses " + show(resource, used) + ", and this sandbox would take "
                    + show(resource, more.getAsLong()));
        }
    }

    private static String show(ResourceName resource, long amount) {
        if (resource == ResourceName.CPU) {
            return BigDecimal.valueOf(amount, NANO_DIGITS).stripTrailingZeros().toPlainString() + " cores";
        }
        return amount % MEBIBYTE == 0 ? amount / MEBIBYTE + "Mi" : amount + " bytes";
    }
}
