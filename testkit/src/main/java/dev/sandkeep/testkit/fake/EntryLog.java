package dev.sandkeep.testkit.fake;

import dev.sandkeep.application.port.LogExcerpt;
import dev.sandkeep.application.port.LogSelection;
import dev.sandkeep.domain.sandbox.Sandbox;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** The log of an {@link EntryProcess}. */
final class EntryLog {

    private EntryLog() {}

    static LogExcerpt of(Sandbox sandbox, LogSelection selection) {
        Instant since = selection.since();
        if (since != null && sandbox.createdAt().isBefore(since)) {
            return new LogExcerpt("", false);
        }
        Deque<String> lines = new ArrayDeque<>();
        EntryProcess.outputOf(sandbox.spec().entrypoint())
                .forEach(line -> lines.add(sandbox.createdAt() + " " + line + "\n"));
        boolean truncated = false;
        while (lines.size() > selection.lines()
                || String.join("", lines).getBytes(StandardCharsets.UTF_8).length > selection.bytes()) {
            lines.removeFirst();
            truncated = true;
        }
        return new LogExcerpt(String.join("", lines), truncated);
    }
}
