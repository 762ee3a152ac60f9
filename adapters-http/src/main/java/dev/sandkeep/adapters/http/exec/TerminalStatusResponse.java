package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sandkeep.application.terminal.TerminalStatus;

/** What a terminal does. */
record TerminalStatusResponse(
        @JsonProperty("session_id") String id,
        @JsonProperty("running") boolean running,
        @JsonProperty("output_offset") long offset) {

    static TerminalStatusResponse from(TerminalStatus status) {
        return new TerminalStatusResponse(status.id(), status.running(), status.offset());
    }
}
