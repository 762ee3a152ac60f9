package dev.sandkeep.domain.sandbox;

import dev.sandkeep.domain.problem.InvalidValue;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Environment variables to set. The values may be secrets: they are in no message and not in {@link #toString()}. */
public record Environment(Map<String, String> variables) {

    public static final int MAX_VARIABLES = 256;
    public static final int MAX_TOTAL_LENGTH = 128 * 1024;

    private static final Environment NONE = new Environment(Map.of());

    public Environment {
        if (variables.size() > MAX_VARIABLES) {
            throw new InvalidValue("env", "at most " + MAX_VARIABLES + " variables are allowed");
        }
        long total = 0;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            String name = variable.getKey();
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                throw new InvalidValue("env", "a variable name must be non-empty, without '=' and NUL");
            }
            if (variable.getValue().indexOf('\0') >= 0) {
                throw new InvalidValue("env." + name, "must not contain a NUL character");
            }
            total += name.length() + variable.getValue().length();
        }
        if (total > MAX_TOTAL_LENGTH) {
            throw new InvalidValue("env", "must be at most " + MAX_TOTAL_LENGTH + " characters in total");
        }
        variables = Collections.unmodifiableMap(new TreeMap<>(variables));
    }

    public static Environment none() {
        return NONE;
    }

    @Override
    public String toString() {
        return "Environment[" + variables.size() + " variables]";
    }
}
