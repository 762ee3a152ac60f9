package dev.sandkeep.domain.problem;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A value breaks a rule of the domain. Thrown by the constructors and factories of value objects. Whoever parses a
 * request collects the problems of all fields and reports them together.
 */
public final class InvalidValue extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public InvalidValue(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    public InvalidValue(String field, String rule) {
        this(List.of(new Problem(field, rule)));
    }

    public List<Problem> problems() {
        return problems;
    }
}
