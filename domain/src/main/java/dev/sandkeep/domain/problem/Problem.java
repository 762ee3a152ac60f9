package dev.sandkeep.domain.problem;

import java.util.Objects;

/**
 * One thing that is wrong with one field.
 *
 * @param field the field as its author knows it, for example {@code resourceLimits.cpu}
 * @param rule what is allowed there; never repeats a secret value
 */
public record Problem(String field, String rule) {

    public Problem {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(rule, "rule");
    }

    @Override
    public String toString() {
        return field + ": " + rule;
    }
}
