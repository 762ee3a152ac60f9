package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.domain.problem.Problems;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The query parameters of every list: which page, and how large. */
public record PageParameters(int page, int pageSize) {

    static final int DEFAULT_PAGE_SIZE = 20;
    static final int MAX_PAGE_SIZE = 200;

    /** Keeps the offset of the last page within an int. */
    static final int MAX_PAGE = 10_000_000;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /**
     * What is wrong with them is noted.
     *
     * @param parameters the decoded values of each parameter
     */
    public static PageParameters from(Map<String, List<String>> parameters, Problems problems) {
        return new PageParameters(
                number(parameters, "page", 1, MAX_PAGE, problems),
                number(parameters, "pageSize", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, problems));
    }

    private static int number(
            Map<String, List<String>> parameters, String name, int otherwise, int most, Problems problems) {
        List<String> given = parameters.getOrDefault(name, List.of());
        if (given.isEmpty()) {
            return otherwise;
        }
        String text = given.getFirst();
        if (given.size() == 1 && NUMBER.matcher(text).matches()) {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        }
        problems.add(name, "must be one whole number from 1 to " + most);
        return otherwise;
    }
}
