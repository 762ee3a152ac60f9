package dev.sandkeep.adapters.http.exec;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.CommandStatus;
import org.jspecify.annotations.Nullable;

/** Where a command is. */
record CommandStatusResponse(
        String id,
        boolean running,
        @JsonProperty("exit_code") @Nullable Integer exitCode,
        @Nullable String error,
        @JsonProperty("started_at") String startedAt,
        @JsonProperty("finished_at") @Nullable String finishedAt) {

    static CommandStatusResponse from(CommandStatus status) {
        CommandEnd end = status.end();
        return new CommandStatusResponse(
                status.id(),
                status.running(),
                end == null ? null : end.exitCode(),
                end == null || end.exitCode() == 0 ? null : end.message(),
                status.startedAt().toString(),
                status.finishedAt() == null ? null : status.finishedAt().toString());
    }
}
