package dev.sandkeep.bootstrap.config;

import dev.sandkeep.domain.admission.Quotas;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What whoever operates the server sets.
 *
 * @param maxRequests how many requests are worked on at a time
 * @param drain how long requests are still taken after the server said that it will stop
 * @param stopGrace how long requests in flight may take at the stop
 * @param metricsToken a secret that opens the metrics, or null
 * @param logFormat {@code text} or {@code json}
 * @param logLevel {@code error}, {@code warn}, {@code info} or {@code debug}
 */
public record OperationsConfig(
        int maxRequests,
        Duration drain,
        Duration stopGrace,
        @Nullable String metricsToken,
        String logFormat,
        String logLevel,
        Quotas quotas) {

    @Override
    public String toString() {
        return "OperationsConfig[maxRequests=" + maxRequests + ", drain=" + drain + ", stopGrace=" + stopGrace
                + ", metricsToken=***, logFormat=" + logFormat + ", logLevel=" + logLevel + ", quotas=" + quotas + "]";
    }
}
