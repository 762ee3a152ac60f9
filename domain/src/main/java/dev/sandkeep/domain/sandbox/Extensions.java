package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.InvalidValue;
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
        entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    }

    public static Extensions none() {
        return NONE;
    }

    /** By how much a successful access extends the sandbox's life; nothing if it does not. */
    public Optional<Duration> renewOnAccess() {
        return Optional.ofNullable(entries.get(RENEW_ON_ACCESS))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds.strip())));
    }

    /** Whether the server answers at the port of the execution API, rather than a service of the sandbox. */
    public boolean allowsExec() {
        return !"false".equals(entries.get(EXEC));
    }

    private static boolean isRenewal(String seconds) {
        return SECONDS.matcher(seconds).matches()
                && Integer.parseInt(seconds) >= 300
                && Integer.parseInt(seconds) <= 86_400;
    }
}
