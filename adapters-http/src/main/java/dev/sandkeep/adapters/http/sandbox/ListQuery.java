package dev.sandkeep.adapters.http.sandbox;

import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import dev.sandkeep.application.port.SandboxQuery;
import dev.sandkeep.domain.problem.Problems;
import dev.sandkeep.domain.sandbox.Metadata;
import dev.sandkeep.domain.sandbox.SandboxState;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The query parameters of a list request.
 *
 * @param query what to look for
 * @param matchesNothing whether states were asked for, and no sandbox can ever be in one of them
 */
record ListQuery(SandboxQuery query, boolean matchesNothing) {

    static final int DEFAULT_PAGE_SIZE = 20;
    static final int MAX_PAGE_SIZE = 200;

    /** Keeps the offset of the last page within an int. */
    static final int MAX_PAGE = 10_000_000;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /**
     * @param parameters the decoded values of each parameter
     * @throws dev.sandkeep.domain.problem.InvalidValue naming every wrong parameter
     * @throws RefusedRequest if the metadata filter cannot be read
     */
    static ListQuery from(Map<String, List<String>> parameters) {
        Problems problems = new Problems();
        List<String> states = parameters.getOrDefault("state", List.of()).stream()
                .filter(state -> !state.isBlank())
                .toList();
        int page = number(parameters, "page", 1, MAX_PAGE, problems);
        int pageSize = number(parameters, "pageSize", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, problems);
        Map<String, String> metadata = metadata(parameters.getOrDefault("metadata", List.of()));
        problems.throwIfAny();
        Set<SandboxState.Kind> known = known(states);
        return new ListQuery(new SandboxQuery(known, metadata, page, pageSize), !states.isEmpty() && known.isEmpty());
    }

    private static Set<SandboxState.Kind> known(List<String> states) {
        Set<SandboxState.Kind> known = EnumSet.noneOf(SandboxState.Kind.class);
        Arrays.stream(SandboxState.Kind.values())
                .filter(kind -> states.stream().anyMatch(kind.word()::equalsIgnoreCase))
                .forEach(known::add);
        return known;
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

    /** The one parameter holds a query string of its own, so its names and values are decoded once more. */
    private static Map<String, String> metadata(List<String> given) {
        if (given.size() > 1) {
            throw malformed();
        }
        if (given.isEmpty() || given.getFirst().isEmpty()) {
            return Map.of();
        }
        Map<String, String> labels = new HashMap<>();
        for (String pair : given.getFirst().split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw malformed();
            }
            labels.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
        if (labels.size() > Metadata.MAX_LABELS) {
            throw malformed();
        }
        return labels;
    }

    private static String decode(String encoded) {
        try {
            String decoded = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
            if (decoded.indexOf('\0') >= 0) {
                throw malformed();
            }
            return decoded;
        } catch (IllegalArgumentException brokenPercentEncoding) {
            throw malformed();
        }
    }

    private static RefusedRequest malformed() {
        return new RefusedRequest(
                ErrorCode.INVALID_METADATA_FORMAT,
                "metadata: must be given once, as key=value pairs joined with '&', at most " + Metadata.MAX_LABELS
                        + ", percent-encoded as one query parameter");
    }
}
