package dev.sandkeep.domain.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the problems of several fields, so that one answer names them all. Not thread-safe; use one per request. */
public final class Problems {

    private final List<Problem> found = new ArrayList<>();

    public void add(String field, String rule) {
        found.add(new Problem(field, rule));
    }

    /** What {@code attempt} returns, or null after its problems were noted. */
    public <T> @Nullable T collect(Supplier<? extends @Nullable T> attempt) {
        return collectWithin("", attempt);
    }

    /** The same for a part of something larger: {@code parent}, for example {@code volumes[0].}, precedes each field. */
    public <T> @Nullable T collectWithin(String parent, Supplier<? extends @Nullable T> attempt) {
        try {
            return attempt.get();
        } catch (InvalidValue invalid) {
            invalid.problems().forEach(problem -> add(parent + problem.field(), problem.rule()));
            return null;
        }
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /**
     * Ends the collecting.
     *
     * @throws InvalidValue with everything collected so far, if there is anything
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidValue(found);
        }
    }
}
