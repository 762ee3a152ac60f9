package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.Problems;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The most that a sandbox may use. A limit that was not given is the operator's default, or none.
 *
 * @param written the limits as they were written, by resource name; all of them valid
 */
public record ResourceLimits(Map<String, String> written) {

    /** The amount of {@link ResourceName#GPU} that means every device of the host. */
    public static final long ALL_GPUS = -1;

    private static final ResourceLimits NONE = new ResourceLimits(Map.of());

    public ResourceLimits {
        amounts(written);
        written = Collections.unmodifiableMap(new TreeMap<>(written));
    }

    public static ResourceLimits none() {
        return NONE;
    }

    /** The limit in the unit of the resource, see {@link ResourceName}; empty if none was given. */
    public OptionalLong amount(ResourceName name) {
        Long amount = amounts(written).get(name);
        return amount == null ? OptionalLong.empty() : OptionalLong.of(amount);
    }

    private static Map<ResourceName, Long> amounts(Map<String, String> written) {
        Problems problems = new Problems();
        Map<ResourceName, Long> amounts = new EnumMap<>(ResourceName.class);
        written.forEach((word, text) -> ResourceName.ofWord(word)
                .ifPresentOrElse(
                        name -> put(name, text, amounts, problems),
                        () -> problems.add(
                                "resourceLimits",
                                "knows only " + ResourceName.words() + "; every other name is refused")));
        problems.throwIfAny();
        return amounts;
    }

    private static void put(ResourceName name, String text, Map<ResourceName, Long> amounts, Problems problems) {
        if (name == ResourceName.GPU && text.equals("all")) {
            amounts.put(name, ALL_GPUS);
            return;
        }
        name.amount(text)
                .ifPresentOrElse(
                        amount -> amounts.put(name, amount),
                        () -> problems.add("resourceLimits." + name.word(), "must be " + name.allowed()));
    }
}
