package dev.sandkeep.adapters.http.exec;

import dev.sandkeep.adapters.http.error.ErrorBody;
import dev.sandkeep.adapters.http.error.ProblemMapper;
import dev.sandkeep.adapters.http.json.Json;
import dev.sandkeep.application.exec.CommandListener;
import dev.sandkeep.domain.exec.CommandEnd;
import dev.sandkeep.domain.exec.ProcessOutput.Channel;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a command on one answer: each is JSON in ASCII on a line of its own, and an empty line behind it, as the
 * public clients read it. The first one sends the headers. For one thread; a client that went away is told by {@link
 * ClientGone}.
 */
final class CommandEvents implements CommandListener {

    /** Nobody reads the events any more. */
    static final class ClientGone extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        ClientGone(IOException cause) {
            super("the client went away", cause);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(CommandEvents.class);

    private final HttpServletResponse response;
    private final InstantSource clock;
    private final Runnable used;
    private final LineCutter stdout = new LineCutter(line -> send("stdout", Map.of("text", line)));
    private final LineCutter stderr = new LineCutter(line -> send("stderr", Map.of("text", line)));
    private boolean begun;

    private CommandEvents(HttpServletResponse response, InstantSource clock, Runnable used) {
        this.response = response;
        this.clock = clock;
        this.used = used;
    }

    /**
     * Answers with events. What goes wrong before the first of them is thrown, and after that is the last of them; that the
     * client went away is no error.
     *
     * @param used called when it begins and now and then while it goes on
     */
    static void tell(Context context, InstantSource clock, Runnable used, Consumer<CommandEvents> work) {
        CommandEvents events = new CommandEvents(context.res(), clock, used);
        try {
            work.accept(events);
        } catch (ClientGone gone) {
            log.debug("Whoever ran a command went away: {}", gone.getMessage());
        } catch (RuntimeException failed) {
            if (!events.begun) {
                throw failed;
            }
            events.failed(failed);
        }
    }

    /** Too late for a status. */
    private void failed(RuntimeException failure) {
        ErrorBody error = ProblemMapper.map(failure).body();
        try {
            failed(error.code().name(), error.message(), error.message());
        } catch (ClientGone gone) {
            log.debug("Nobody is there to be told of an error: {}", gone.getMessage());
        }
    }

    /** Tells of a foreground command to its end. */
    void follow(Supplier<CommandEnd> command) {
        Instant begin = clock.instant();
        CommandEnd end = command.get();
        ended(end, Duration.between(begin, clock.instant()));
    }

    @Override
    public void started(String id) {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType("text/event-stream");
        response.setHeader("Cache-Control", "no-cache");
        // A proxy in between must not collect events.
        response.setHeader("X-Accel-Buffering", "no");
        begun = true;
        send("init", Map.of("text", id));
        alive();
    }

    @Override
    public void alive() {
        send("ping", Map.of("text", "pong"));
        flush();
        used.run();
    }

    @Override
    public void written(Channel channel, byte[] bytes, int offset, int length) {
        (channel == Channel.STDOUT ? stdout : stderr).feed(bytes, offset, length);
        flush();
    }

    /** The last event of a foreground command. */
    private void ended(CommandEnd end, Duration took) {
        stdout.end();
        stderr.end();
        if (end.exitCode() == 0 && end.cause() == CommandEnd.Cause.EXITED) {
            completed(took);
        } else {
            failed("CommandExecError", String.valueOf(end.exitCode()), end.message());
        }
    }

    /** The last event of what went well; it leaves with the end of the answer. */
    void completed(Duration took) {
        send("execution_complete", took.toMillis() == 0 ? Map.of() : Map.of("execution_time", took.toMillis()));
    }

    /** The last event of what did not. */
    void failed(String name, String value, String reason) {
        failed(name, value, List.of(reason));
    }

    /** The same, with where it happened. */
    void failed(String name, String value, List<String> traceback) {
        tell("error", Map.of("error", Map.of("ename", name, "evalue", value, "traceback", traceback)));
    }

    /** An event at once. */
    void tell(String type, Map<String, ?> fields) {
        send(type, fields);
        flush();
    }

    private void send(String type, Map<String, ?> fields) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", type);
        event.put("timestamp", clock.millis());
        event.putAll(fields);
        try {
            ServletOutputStream output = response.getOutputStream();
            output.write(Json.writeAscii(event));
            output.write("\n\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            throw new ClientGone(gone);
        }
    }

    private void flush() {
        try {
            response.getOutputStream().flush();
        } catch (IOException gone) {
            throw new ClientGone(gone);
        }
    }
}
