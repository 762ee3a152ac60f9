package dev.sandkeep.adapters.k8s;

import static java.util.Objects.requireNonNullElse;

import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.ResourceName;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The limits of a sandbox in Kubernetes' words, and what is requested for it. Pure. */
final class PodResources {

    static final String GPU = "nvidia.com/gpu";

    private static final long NANOS_PER_MILLI = 1_000_000;

    private PodResources() {}

    /** @param begun what the operator's template says; holds for what the sandbox does not limit */
    static ResourceRequirements of(ResourceLimits asked, PodConfig config, @Nullable ResourceRequirements begun) {
        Map<String, Quantity> limits = new LinkedHashMap<>();
        Map<String, Quantity> requests = new LinkedHashMap<>();
        if (begun != null) {
            limits.putAll(requireNonNullElse(begun.getLimits(), Map.of()));
            requests.putAll(requireNonNullElse(begun.getRequests(), Map.of()));
        }
        put(asked, ResourceName.CPU, "cpu", NANOS_PER_MILLI, "m", config, limits, requests);
        put(asked, ResourceName.MEMORY, "memory", 1, "", config, limits, requests);
        put(asked, ResourceName.EPHEMERAL_STORAGE, "ephemeral-storage", 1, "", config, limits, requests);
        // Devices are whole, and what is requested of them is what is had.
        asked.amount(ResourceName.GPU).ifPresent(count -> {
            limits.put(GPU, quantity(count, ""));
            requests.put(GPU, quantity(count, ""));
        });
        return new ResourceRequirementsBuilder()
                .withLimits(limits)
                .withRequests(requests)
                .build();
    }

    private static void put(
            ResourceLimits asked,
            ResourceName resource,
            String name,
            long unit,
            String suffix,
            PodConfig config,
            Map<String, Quantity> limits,
            Map<String, Quantity> requests) {
        OptionalLong amount = asked.amount(resource);
        if (amount.isPresent()) {
            long limit = Math.ceilDiv(amount.getAsLong(), unit);
            limits.put(name, quantity(limit, suffix));
            requests.put(name, quantity(portion(limit, config.requestPercent()), suffix));
        }
    }

    /** At least 1: nothing at all would make a node look empty. */
    private static long portion(long limit, int percent) {
        return Math.max(1, limit / 100 * percent + limit % 100 * percent / 100);
    }

    private static Quantity quantity(long amount, String suffix) {
        return new Quantity(Long.toString(amount), suffix);
    }
}
