package dev.sandkeep.adapters.http.diagnostics;

import dev.sandkeep.domain.problem.InvalidValue;

/** In which form: text for people, or one JSON object in each line for programs. */
enum Kind {
    LOGS("logs", "text/plain;charset=utf-8"),
    EVENTS("events", "application/x-ndjson");

    private final String word;
    private final String contentType;

    Kind(String word, String contentType) {
        this.word = word;
        this.contentType = contentType;
    }

    String word() {
        return word;
    }

    String contentType() {
        return contentType;
    }

    static Kind of(String word) {
        return switch (word) {
            case "logs" -> LOGS;
            case "events" -> EVENTS;
            default -> throw new InvalidValue("kind", "must be logs or events");
        };
    }
}
