package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.application.code.CodeListener;
import dev.sandkeep.domain.exec.CodeEnd;
import dev.sandkeep.domain.exec.CodeResult;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** The events of a piece of code: unlike those of commands, output is told as it comes, with its ends of lines. */
final class CodeEvents implements CodeListener {

    private static final String PLAIN = "text/plain";

    private final CommandEvents events;
    private final InstantSource clock;
    private Instant begin;
    private final Utf8Pieces stdout = new Utf8Pieces();
    private final Utf8Pieces stderr = new Utf8Pieces();

    CodeEvents(CommandEvents events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
        this.begin = clock.instant();
    }

    @Override
    public void started(String contextId) {
        begin = clock.instant();
        events.started(contextId);
    }

    @Override
    public void alive() {
        events.alive();
    }

    @Override
    public void written(Channel channel, byte[] bytes, int offset, int length) {
        boolean errors = channel == Channel.STDERR;
        write(errors ? "stderr" : "stdout", (errors ? stderr : stdout).next(bytes, offset, length));
    }

    private void write(String type, String text) {
        if (!text.isEmpty()) {
            events.tell(type, Map.of("text", text));
        }
    }

    /** Under two names, since half of the public clients know the one, and half the other. */
    @Override
    public void shown(CodeResult result) {
        if (result.count() > 0) {
            events.tell("execution_count", Map.of("execution_count", result.count()));
        }
        Map<String, String> representations = new LinkedHashMap<>();
        String plain = result.representations().get(PLAIN);
        if (plain != null) {
            representations.put("text", plain);
        }
        representations.putAll(result.representations());
        events.tell("result", Map.of("results", representations));
    }

    /** The last event. */
    void ended(CodeEnd end) {
        write("stdout", stdout.end());
        write("stderr", stderr.end());
        switch (end) {
            case CodeEnd.Completed _ -> events.completed(Duration.between(begin, clock.instant()));
            case CodeEnd.Failed failed -> events.failed(failed.name(), failed.value(), failed.traceback());
        }
    }
}
