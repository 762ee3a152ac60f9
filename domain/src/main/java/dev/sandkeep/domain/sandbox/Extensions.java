package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.problem.Problems;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Opaque parameters that are kept and handed to the runtime. Only the well-known keys have a meaning here. */
public record Extensions(Map<String, String> entries) {

    public static final int MAX_ENTRIES = 64;
    public static final int MAX_KEY_LENGTH = 253;
    public static final int MAX_VALUE_LENGTH = 8 * 1024;

    /** By how many seconds a successful access through the server extends the sandbox's life. */
    public static final String RENEW_ON_ACCESS = "access.renew.extend.seconds";

    /** {@code false} gives the port of the execution API to a service of the sandbox. */
    public static final String EXEC = "exec.enabled";

    /** After how many seconds without any use something becomes of the sandbox. */
    public static final String IDLE_TIMEOUT = "idle.timeout.seconds";

    /** What becomes of it then: {@code pause}, unless something else is said, or {@code delete}. */
    public static final String IDLE_ACTION = "idle.action";

    /** What the server tells, and nobody can set: when the sandbox was used last. */
    public static final String LAST_ACTIVITY = "last.activity";

    private static final int SHORTEST_IDLENESS = 60;
    private static final int LONGEST_IDLENESS = 604_800;
    private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");
    private static final Extensions NONE = new Extensions(Map.of());

    public Extensions {
        if (entries.size() > MAX_ENTRIES) {
            throw new InvalidValue("extensions", "at most " + MAX_ENTRIES + " entries are allowed");
        }
        entries.forEach((key, value) -> {
            if (key.isBlank() || key.length() > MAX_KEY_LENGTH) {
                throw new InvalidValue("extensions", "a key must have 1 to " + MAX_KEY_LENGTH + " characters");
            }
            if (value.length() > MAX_VALUE_LENGTH) {
                throw new InvalidValue("extensions." + key, "must be at most " + MAX_VALUE_LENGTH + " characters");
            }
        });
        String extend = entries.get(RENEW_ON_ACCESS);
        if (extend != null && !isRenewal(extend.strip())) {
            throw new InvalidValue("extensions." + RENEW_ON_ACCESS, "must be a whole number from 300 to 86400");
        }
        String exec = entries.get(EXEC);
        if (exec != null && !exec.equals("true") && !exec.equals("false")) {
            throw new InvalidValue("extensions." + EXEC, "must be true or false");
        }
        requireIdleness(entries);
        entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    }

    private static void requireIdleness(Map<String, String> entries) {
        Problems problems = new Problems();
        String timeout = entries.get(IDLE_TIMEOUT);
        if (timeout != null && !isWithin(timeout.strip(), SHORTEST_IDLENESS, LONGEST_IDLENESS)) {
            problems.add(
                    "extensions." + IDLE_TIMEOUT,
                    "must be a whole number from " + SHORTEST_IDLENESS + " to " + LONGEST_IDLENESS);
        }
        String action = entries.get(IDLE_ACTION);
        if (action != null && Idleness.Action.find(action).isEmpty()) {
            problems.add("extensions." + IDLE_ACTION, "must be pause or delete");
        } else if (action != null && timeout == null) {
            problems.add("extensions." + IDLE_ACTION, "needs " + IDLE_TIMEOUT);
        }
        if (entries.containsKey(LAST_ACTIVITY)) {
            problems.add("extensions." + LAST_ACTIVITY, "cannot be set; the server tells it");
        }
        problems.throwIfAny();
    }

    public static Extensions none() {
        return NONE;
    }

    /** By how much a successful access extends the sandbox's life; nothing if it does not. */
    public Optional<Duration> renewOnAccess() {
        return Optional.ofNullable(entries.get(RENEW_ON_ACCESS))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds.strip())));
    }

    /** What is to become of a sandbox that nobody uses; nothing if it is not asked for. */
    public Optional<Idleness> idleness() {
        return Optional.ofNullable(entries.get(IDLE_TIMEOUT))
                .map(seconds -> new Idleness(
                        Duration.ofSeconds(Long.parseLong(seconds.strip())),
                        Idleness.Action.find(entries.getOrDefault(IDLE_ACTION, ""))
                                .orElse(Idleness.Action.PAUSE)));
    }

    /** Whether the server answers at the port of the execution API, rather than a service of the sandbox. */
    public boolean allowsExec() {
        return !"false".equals(entries.get(EXEC));
    }

    private static boolean isRenewal(String seconds) {
        return isWithin(seconds, 300, 86_400);
    }

    private static boolean isWithin(String seconds, int least, int most) {
        return SECONDS.matcher(seconds).matches()
                && Integer.parseInt(seconds) >= least
                && Integer.parseInt(seconds) <= most;
    }
}
