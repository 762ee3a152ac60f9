package dev.sandkeep.bootstrap.config;

import dev.sandkeep.domain.admission.Quota;
import dev.sandkeep.domain.admission.Quotas;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.ResourceLimits;
import dev.sandkeep.domain.sandbox.ResourceName;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Quotas as they are written: the limits by name, the amounts as in a create request. */
final class QuotaText {

    static final String SANDBOXES = "sandboxes";
    static final String CREATES = "creates-per-minute";
    static final String CPU = "cpu";
    static final String MEMORY = "memory";

    private static final String NO_LIMIT = "none";
    private static final Pattern KEY = Pattern.compile("([A-Za-z0-9._-]{1,64})((?:\\s+[a-z-]+=[A-Za-z0-9.]+)+)");
    private static final Pattern LIMIT = Pattern.compile("([a-z-]+)=([A-Za-z0-9.]+)");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,7}");
    private static final int MOST = 1_000_000;

    private QuotaText() {}

    /** The quotas, from the usual limits and those of single keys. */
    static Quotas toQuotas(Map<String, String> usual, Map<String, Map<String, String>> byKey) {
        Map<String, Quota> quotas = new HashMap<>();
        byKey.forEach((key, own) -> {
            Map<String, String> limits = new HashMap<>(usual);
            limits.putAll(own);
            quotas.put(key, toQuota(limits));
        });
        return new Quotas(toQuota(usual), quotas);
    }

    /** The limits of single keys, as text that was checked. */
    static Map<String, Map<String, String>> parseByKey(String text) {
        Map<String, Map<String, String>> byKey = new HashMap<>();
        for (String part : Settings.list(text)) {
            Matcher key = KEY.matcher(part);
            if (!key.matches()) {
                throw new IllegalArgumentException(part);
            }
            Map<String, String> limits = new HashMap<>();
            LIMIT.matcher(key.group(2))
                    .results()
                    .forEach(limit -> limits.put(limit.group(1), checkedOrNone(limit.group(1), limit.group(2))));
            if (byKey.put(key.group(1), limits) != null) {
                throw new IllegalArgumentException(part);
            }
        }
        return byKey;
    }

    private static String checkedOrNone(String name, String amount) {
        return amount.equals(NO_LIMIT) ? amount : checked(name, amount);
    }

    /**
     * The amount as it was written.
     *
     * @throws IllegalArgumentException if there is no such limit, or the amount is not allowed for it
     */
    static String checked(String name, String amount) {
        switch (name) {
            case SANDBOXES -> number(amount, 0);
            case CREATES -> number(amount, 1);
            case CPU -> resource(ResourceName.CPU, amount);
            case MEMORY -> resource(ResourceName.MEMORY, amount);
            default -> throw new IllegalArgumentException(name);
        }
        return amount;
    }

    private static Quota toQuota(Map<String, String> limits) {
        String sandboxes = limit(limits, SANDBOXES);
        String creates = limit(limits, CREATES);
        String cpu = limit(limits, CPU);
        String memory = limit(limits, MEMORY);
        return new Quota(
                sandboxes == null ? null : (Integer) number(sandboxes, 0),
                creates == null ? null : (Integer) number(creates, 1),
                cpu == null ? null : (Long) resource(ResourceName.CPU, cpu),
                memory == null ? null : (Long) resource(ResourceName.MEMORY, memory));
    }

    private static @Nullable String limit(Map<String, String> limits, String name) {
        String amount = limits.get(name);
        return amount == null || amount.equals(NO_LIMIT) ? null : amount;
    }

    private static int number(String amount, int least) {
        if (!NUMBER.matcher(amount).matches() || Integer.parseInt(amount) < least || Integer.parseInt(amount) > MOST) {
            throw new IllegalArgumentException(amount);
        }
        return Integer.parseInt(amount);
    }

    private static long resource(ResourceName resource, String amount) {
        try {
            return new ResourceLimits(Map.of(resource.word(), amount))
                    .amount(resource)
                    .orElseThrow();
        } catch (InvalidValue notAllowed) {
            throw new IllegalArgumentException(notAllowed);
        }
    }
}
